package dev.weir.proxy.llm;

import dev.weir.proxy.policy.Tokens;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a streamed answer used: hand it the data of each event. Providers send usage once in an
 * event of its own, with the last content, or in each event as a sum so far; so the last that is
 * there counts, and nothing is added up. Usage that is all zero counts as absent, since no call
 * uses nothing. (NOT thread safe.)
 */
public final class AnswerUsage {
  private static final byte[] DONE = JsonScan.ascii("[DONE]");

  private final AnswerReader reader = new AnswerReader();
  private @Nullable Tokens tokens;
  private long textBytes;
  private boolean done;
  private boolean failed;

  /** What an event is. */
  public enum Kind {
    /** To be forwarded: text, or something that we do not know. */
    CONTENT,
    /** Usage and nothing else, for those who asked for it. */
    USAGE_ONLY,
    /** The provider gave up: {@code {"error": ...}}. */
    ERROR,
    /** {@code [DONE]}, the end of the answer. */
    DONE
  }

  /**
   * Reads one event.
   *
   * @param data of the event, see {@link SseScanner}; is neither kept nor released, and its reader
   *     index does not move
   */
  public Kind event(ByteBuf data) {
    if (isDone(data)) {
      done = true;
      return Kind.DONE;
    }
    reader.reset();
    feed(reader.scan(), data);
    boolean whole = reader.scan().finish();
    textBytes += reader.textBytes();
    if (!whole) {
      return Kind.CONTENT;
    }
    Tokens here = reader.tokens();
    if (here != null) {
      tokens = here;
    }
    if (reader.isError()) {
      failed = true;
      return Kind.ERROR;
    }
    return reader.isUsageOnly() ? Kind.USAGE_ONLY : Kind.CONTENT;
  }

  /** What the provider said last; null if it said nothing so far. */
  public @Nullable Tokens tokens() {
    return tokens;
  }

  /**
   * Generated text so far in bytes of UTF-8, of all choices: content, refusals, reasoning, names
   * and arguments of tool calls. For {@link Estimate}.
   */
  public long textBytes() {
    return textBytes;
  }

  /** Whether {@code [DONE]} came. */
  public boolean done() {
    return done;
  }

  /** Whether an error came within the stream. */
  public boolean failed() {
    return failed;
  }

  static void feed(JsonScan scan, ByteBuf bytes) {
    if (bytes.hasArray()) {
      int from = bytes.arrayOffset() + bytes.readerIndex();
      scan.feed(bytes.array(), from, from + bytes.readableBytes());
    } else {
      bytes.forEachByte(scan);
    }
  }

  private static boolean isDone(ByteBuf data) {
    int from = data.readerIndex();
    int to = data.writerIndex();
    while (from < to && isBlank(data.getByte(from))) {
      from++;
    }
    while (to > from && isBlank(data.getByte(to - 1))) {
      to--;
    }
    if (to - from != DONE.length) {
      return false;
    }
    for (int i = 0; i < DONE.length; i++) {
      if (data.getByte(from + i) != DONE[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(byte value) {
    return value == ' ' || value == '\t';
  }
}
