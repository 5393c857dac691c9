package dev.weir.proxy.llm;

import dev.weir.proxy.policy.Tokens;

/**
 * What a call may have used, for a provider that did not say. It is a guess: four bytes of text to
 * the token is near the truth for English prose, too low for code and for most other scripts, and
 * it knows nothing of images and audio. So tokens from here are counted apart as estimated.
 */
public final class Estimate {
  private static final long BYTES_PER_TOKEN = 4;

  private Estimate() {}

  /**
   * Tokens of so much text.
   *
   * @param inputBytes {@link ChatRequest#textBytes()}; 0 if the provider was not reached
   * @param outputBytes text that came in the answer, in bytes of UTF-8
   */
  public static Tokens of(long inputBytes, long outputBytes) {
    return new Tokens(tokens(inputBytes), 0, tokens(outputBytes), 0);
  }

  private static long tokens(long bytes) {
    return Math.ceilDiv(Math.max(0, bytes), BYTES_PER_TOKEN);
  }
}
