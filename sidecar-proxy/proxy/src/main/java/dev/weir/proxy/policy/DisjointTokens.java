package dev.weir.proxy.policy;

import dev.weir.limits.LimitSpec;
import dev.weir.protocol.Snapshot.Unit;

/**
 * The tokens of one call with each in one class only. Whatever a provider claims, no class is below
 * 0 and all together are at most {@link LimitSpec#MAX_UNITS}.
 *
 * @param input of the request, that was not cached
 * @param cachedInput of the request, that the provider had cached
 * @param output of the answer, that is not reasoning
 * @param reasoning of the answer, spent on reasoning
 */
record DisjointTokens(long input, long cachedInput, long output, long reasoning) {
  private static final long MOST = LimitSpec.MAX_UNITS / 2;

  static DisjointTokens of(Tokens tokens) {
    long input = Math.clamp(tokens.input(), 0, MOST);
    long cachedInput = Math.clamp(tokens.cachedInput(), 0, input);
    long output = Math.clamp(tokens.output(), 0, MOST);
    long reasoning = Math.clamp(tokens.reasoning(), 0, output);
    return new DisjointTokens(input - cachedInput, cachedInput, output - reasoning, reasoning);
  }

  long total() {
    return counted(Unit.INPUT_TOKENS) + counted(Unit.OUTPUT_TOKENS);
  }

  /** What is to be settled for a unit; requests are taken when a call is admitted. */
  long counted(Unit unit) {
    return switch (unit) {
      case REQUESTS -> 0;
      case TOKENS -> total();
      case INPUT_TOKENS -> input + cachedInput;
      case OUTPUT_TOKENS -> output + reasoning;
    };
  }
}
