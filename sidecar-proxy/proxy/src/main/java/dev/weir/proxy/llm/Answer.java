package dev.weir.proxy.llm;

import dev.weir.proxy.policy.Tokens;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The body of a provider's answer on its way to the client. (NOT thread safe.) */
abstract sealed class Answer permits StreamedAnswer, PlainAnswer {
  private final int status;
  private boolean whole;

  Answer(int status) {
    this.status = status;
  }

  /** Reads a piece, which it owns, and passes on what the client is to get. */
  abstract void read(ByteBuf piece);

  /** The answer is whole. */
  void end() {
    whole = true;
  }

  /** What the provider says that the call used; null if it said nothing so far. */
  abstract @Nullable Tokens tokens();

  /** Generated text so far in bytes of UTF-8. */
  abstract long textBytes();

  /** Releases what was not passed on. Idempotent. */
  abstract void close();

  final boolean isWhole() {
    return whole;
  }

  /** Whether nothing was generated as far as the status says. */
  final boolean isError() {
    return status >= 300;
  }

  /** How the provider failed by its status; null if it did not. */
  final @Nullable String failure() {
    return status >= 500 ? "answered with status " + status : null;
  }

  /** Takes what the client is to get. */
  interface Sink {
    /** Owns the bytes. */
    void pass(ByteBuf bytes);
  }
}
