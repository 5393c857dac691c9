package dev.weir.proxy.llm;

import dev.weir.proxy.policy.Tokens;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Server-sent events that pass one by one, each once it is complete. (NOT thread safe.) */
final class StreamedAnswer extends Answer implements SseScanner.Listener {
  private final SseScanner scanner;
  private final AnswerUsage usage = new AnswerUsage();
  private final boolean stripsUsage;
  private final Sink sink;
  private boolean stripped;

  /**
   * A stream.
   *
   * @param stripsUsage whether the client did not ask for the event that has nothing but usage
   */
  StreamedAnswer(int status, ByteBufAllocator allocator, boolean stripsUsage, Sink sink) {
    super(status);
    this.scanner = new SseScanner(allocator, this);
    this.stripsUsage = stripsUsage;
    this.sink = sink;
  }

  @Override
  void read(ByteBuf piece) {
    scanner.feed(piece);
  }

  @Override
  void end() {
    super.end();
    scanner.end();
  }

  @Override
  @Nullable Tokens tokens() {
    return usage.tokens();
  }

  @Override
  long textBytes() {
    return usage.textBytes();
  }

  @Override
  void close() {
    scanner.close();
  }

  @Override
  public void event(ByteBuf raw, @Nullable ByteBuf data) {
    boolean goes =
        data == null
            ? !(stripped && isLineFeed(raw))
            : usage.event(data) != AnswerUsage.Kind.USAGE_ONLY || !stripsUsage;
    stripped = !goes;
    if (goes) {
      sink.pass(raw);
    } else {
      raw.release();
    }
  }

  /** The end of a blank line that came apart, see {@link SseScanner}. */
  private static boolean isLineFeed(ByteBuf raw) {
    return raw.readableBytes() == 1 && raw.getByte(raw.readerIndex()) == '\n';
  }

  @Override
  public void unread(ByteBuf raw) {
    sink.pass(raw);
  }
}
