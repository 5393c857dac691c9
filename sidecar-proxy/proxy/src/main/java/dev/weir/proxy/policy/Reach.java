package dev.weir.proxy.policy;

import dev.weir.proxy.config.RefusedException;
import java.util.List;
import java.util.function.Predicate;

/** Whether all that one request can meet goes into one call of a store. */
final class Reach {
  /** Charges that a store takes at once. */
  private static final int MOST = 64;

  private Reach() {}

  static void check(Scope scope, List<CompiledLimit> limits, List<CompiledPlan> plans)
      throws RefusedException {
    int all = most(limits, plans, bound -> true);
    if (all > MOST) {
      throw new RefusedException(
          scope.name()
              + " has "
              + all
              + " rates and quotas together, and at most "
              + MOST
              + " can be decided at once; remove some");
    }
    int tokens = most(limits, plans, Bound::countsTokens);
    if (tokens > 0 && !scope.countsTokens()) {
      throw new RefusedException(
          scope.name()
              + " has a limit or quota of tokens, which only an LlmRoute counts; target one, or"
              + " count Requests");
    }
    if (tokens > MOST - Ledger.MOST_LINES) {
      throw new RefusedException(
          scope.name()
              + " has "
              + tokens
              + " rates and quotas of tokens together, and at most "
              + (MOST - Ledger.MOST_LINES)
              + " can be charged at once; remove some");
    }
  }

  /** A consumer is in one tier of each plan. */
  private static int most(
      List<CompiledLimit> limits, List<CompiledPlan> plans, Predicate<Bound> which) {
    int most = 0;
    for (CompiledLimit limit : limits) {
      most += count(limit.bounds(), which);
    }
    for (CompiledPlan plan : plans) {
      most += plan.tiers().stream().mapToInt(tier -> count(tier, which)).max().orElse(0);
    }
    return most;
  }

  private static int count(List<Bound> bounds, Predicate<Bound> which) {
    return (int) bounds.stream().filter(which).count();
  }
}
