package dev.weir.proxy.llm;

import dev.weir.proxy.policy.Tokens;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What an answer used that comes as one JSON body of any size: hand it each piece. Memory is
 * constant. (NOT thread safe.)
 */
public final class BodyUsage {
  private final AnswerReader reader = new AnswerReader();

  /** For one body. */
  public BodyUsage() {
    reader.reset();
  }

  /**
   * Reads on.
   *
   * @param piece is neither kept nor released, and its reader index does not move
   */
  public void feed(ByteBuf piece) {
    AnswerUsage.feed(reader.scan(), piece);
  }

  /**
   * What the provider said; null if it said nothing so far. Also good for a body that broke off
   * behind its usage.
   */
  public @Nullable Tokens tokens() {
    return reader.tokens();
  }

  /** Generated text so far in bytes of UTF-8, as {@link AnswerUsage#textBytes()}. */
  public long textBytes() {
    return reader.textBytes();
  }

  /** Whether the body is an error, whatever its status says. */
  public boolean failed() {
    return reader.isError();
  }
}
