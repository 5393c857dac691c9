package dev.weir.proxy.llm;

import dev.weir.proxy.policy.Charged;
import dev.weir.proxy.policy.RouteRules;
import dev.weir.proxy.policy.Settlement;
import dev.weir.proxy.policy.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * A call that was admitted and reaches for its provider, from there to its one settlement. (NOT
 * thread safe.)
 */
final class Admission {
  private final LlmLoop loop;
  private final RouteRules rules;
  private final Charged charged;
  private final Understood.Asked asked;
  private final ProviderCondition condition;

  Admission(LlmLoop loop, RouteRules rules, Charged charged, Understood.Asked asked) {
    this.loop = loop;
    this.rules = rules;
    this.charged = charged;
    this.asked = asked;
    this.condition = loop.providers.of(rules.route().name(), asked.backend().provider().name());
  }

  void answered(long nanos, int status) {
    condition.answered(nanos, status);
    loop.observer.answered(rules.route().name(), asked.backend().provider().name(), nanos);
  }

  /**
   * Charges the call; to be called once.
   *
   * @param answer null if there is none
   * @param owes whether a call without an answer is charged for its question
   * @param failure how the provider failed, null if it did not
   */
  void settle(@Nullable Answer answer, boolean owes, @Nullable String failure) {
    if (failure != null) {
      condition.failed(failure);
    } else if (answer != null && answer.isWhole()) {
      condition.succeeded();
    }
    Tokens said = answer == null ? null : answer.tokens();
    boolean guess = said == null && (answer == null ? owes : !answer.isError());
    Tokens tokens = said == null ? Tokens.NONE : said;
    if (guess) {
      tokens = Estimate.of(asked.textBytes(), answer == null ? 0 : answer.textBytes());
    }
    rules.settle(
        charged,
        new Settlement(
            asked.backend().model(), asked.backend().provider(), tokens, guess, failure != null));
    loop.observer.used(rules.route().name(), asked.backend().model().name(), tokens, guess);
  }
}
