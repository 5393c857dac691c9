package dev.weir.proxy.policy;

/**
 * Tokens of one call, as OpenAI counts them.
 *
 * @param input of the request, with {@code cachedInput}
 * @param cachedInput of the request, that the provider had cached
 * @param output of the answer, with {@code reasoning}
 * @param reasoning of the answer, spent on reasoning
 */
public record Tokens(long input, long cachedInput, long output, long reasoning) {

  /** A call that used nothing. */
  public static final Tokens NONE = new Tokens(0, 0, 0, 0);

  /** Input and output together. */
  public long total() {
    return input + output;
  }
}
