package dev.weir.proxy.llm;

import dev.weir.proxy.policy.Tokens;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** An answer that passes as it comes; its usage is read by the way. (NOT thread safe.) */
final class PlainAnswer extends Answer {
  private final BodyUsage usage = new BodyUsage();
  private final boolean readable;
  private final Sink sink;

  /** Of an answer that is not readable, as it is compressed, nothing is known. */
  PlainAnswer(int status, boolean readable, Sink sink) {
    super(status);
    this.readable = readable;
    this.sink = sink;
  }

  @Override
  void read(ByteBuf piece) {
    if (readable) {
      usage.feed(piece);
    }
    sink.pass(piece);
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
  void close() {}
}
