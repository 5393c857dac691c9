package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.QuotaPlan;
import dev.weir.crds.v1alpha1.RateLimitPolicy;
import dev.weir.operator.world.PolicyRef;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;

/** Hands our reconcilers to JOSDK. */
public final class Controllers {

  /** Heals a status that somebody else changed. */
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);

  private static final long LONGEST_RETRY_MILLIS = 30_000;

  private Controllers() {}

  /** Registers both kinds; to be called before the operator starts. */
  public static void register(Operator operator, StatusDesk desk) {
    Rechecks<RateLimitPolicy> policies = new Rechecks<>("policy-rechecks");
    Rechecks<QuotaPlan> plans = new Rechecks<>("plan-rechecks");
    desk.onRecheck(
        ref -> {
          if (ref.kind().equals(PolicyRef.QUOTA_PLAN)) {
            plans.recheck(ref);
          } else {
            policies.recheck(ref);
          }
        });
    operator.register(
        new RateLimitPolicyReconciler(desk, policies),
        config -> config.withReconciliationMaxInterval(LOOK_AGAIN).withRetry(retry()));
    operator.register(
        new QuotaPlanReconciler(desk, plans),
        config -> config.withReconciliationMaxInterval(LOOK_AGAIN).withRetry(retry()));
  }

  /** For ever, and never rarer than each half minute: JOSDK's default gives up after five. */
  private static GenericRetry retry() {
    return new GenericRetry().withoutMaxAttempts().setMaxInterval(LONGEST_RETRY_MILLIS);
  }
}
