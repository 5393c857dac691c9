package dev.weir.proxy.llm;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of server-sent events (HTML, section 9.2) into its events, without delaying one
 * that is complete and without changing a byte: all that is handed out is, in its order, all that
 * came in. Events that come whole are slices of what came; the others are gathered. (NOT thread
 * safe.)
 */
public final class SseScanner implements AutoCloseable {
  /** Longer events pass unread. */
  public static final int MAX_EVENT_BYTES = 1 << 20;

  /** Receives the stream. It may close the scanner. */
  public interface Listener {
    /**
     * A complete event, or what was left at the end of the stream.
     *
     * @param raw all bytes of it with the blank line, to be released by the receiver
     * @param data its data, several lines joined by a line feed; null if it has none, as a comment.
     *     Good until this method returns or {@code raw} is released, whatever comes first
     */
    void event(ByteBuf raw, @Nullable ByteBuf data);

    /**
     * A piece of an event that is longer than {@link #MAX_EVENT_BYTES}.
     *
     * @param raw to be released by the receiver
     */
    void unread(ByteBuf raw);
  }

  private final ByteBufAllocator allocator;
  private final Listener listener;
  private final int maxEvent;
  private final Boundary boundary = new Boundary();

  /** The beginning of the next event; null if there is none. */
  private @Nullable ByteBuf begun;

  private boolean first = true;
  private boolean oversized;
  private boolean closed;

  /** For one stream. */
  public SseScanner(ByteBufAllocator allocator, Listener listener) {
    this(allocator, listener, MAX_EVENT_BYTES);
  }

  SseScanner(ByteBufAllocator allocator, Listener listener, int maxEvent) {
    this.allocator = allocator;
    this.listener = listener;
    this.maxEvent = maxEvent;
  }

  /**
   * Reads on, and hands out each event that is complete.
   *
   * @param in is released
   */
  public void feed(ByteBuf in) {
    try {
      if (!closed && begun == null && !oversized && boundary.takesLineFeed(in, in.readerIndex())) {
        // Some clients wait for both bytes of the line's end.
        handOut(in.readRetainedSlice(1));
      }
      while (!closed && in.isReadable()) {
        int last = in.forEachByte(boundary);
        if (last < 0) {
          keep(in);
        } else {
          int lineFeed = boundary.takesLineFeed(in, last + 1) ? 1 : 0;
          complete(in, last + 1 - in.readerIndex() + lineFeed);
        }
      }
    } finally {
      in.release();
    }
  }

  /** The stream is over: hands out what is left, even if it lacks its blank line. */
  public void end() {
    ByteBuf rest = begun;
    begun = null;
    if (rest != null) {
      handOut(rest);
    }
    closed = true;
  }

  /** Drops what was not handed out. Idempotent. */
  @Override
  public void close() {
    closed = true;
    if (begun != null) {
      begun.release();
      begun = null;
    }
  }

  private void keep(ByteBuf in) {
    int length = in.readableBytes();
    int kept = begun == null ? 0 : begun.readableBytes();
    if (oversized || kept + length > maxEvent) {
      oversized = true;
      passUnread();
      if (!closed) {
        listener.unread(in.readRetainedSlice(length));
      }
      return;
    }
    if (begun == null) {
      begun = allocator.buffer(length);
    }
    begun.writeBytes(in, length);
  }

  private void complete(ByteBuf in, int length) {
    ByteBuf before = begun;
    int kept = before == null ? 0 : before.readableBytes();
    if (oversized || kept + length > maxEvent) {
      oversized = false;
      passUnread();
      if (!closed) {
        listener.unread(in.readRetainedSlice(length));
      }
      first = false;
      return;
    }
    begun = null;
    if (before == null) {
      handOut(in.readRetainedSlice(length));
    } else {
      handOut(before.writeBytes(in, length));
    }
  }

  private void passUnread() {
    ByteBuf before = begun;
    begun = null;
    if (before != null) {
      listener.unread(before);
    }
  }

  private void handOut(ByteBuf raw) {
    ByteBuf data = EventData.of(raw, first);
    first = false;
    listener.event(raw, data);
  }

  /** Finds the last byte of an event: the end of its blank line. */
  private static final class Boundary implements ByteProcessor {
    private boolean atLineStart = true;
    private boolean afterReturn;

    /** False for the last byte. */
    @Override
    public boolean process(byte value) {
      if (value == '\n' && afterReturn) {
        afterReturn = false;
        return true;
      }
      afterReturn = value == '\r';
      boolean endsLine = afterReturn || value == '\n';
      boolean endsEvent = endsLine && atLineStart;
      atLineStart = endsLine;
      return !endsEvent;
    }

    /** Whether the byte belongs to a blank line whose carriage return was taken for its end. */
    boolean takesLineFeed(ByteBuf in, int at) {
      if (afterReturn && atLineStart && at < in.writerIndex() && in.getByte(at) == '\n') {
        afterReturn = false;
        return true;
      }
      return false;
    }
  }
}
