package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.LlmRoute;
import dev.weir.crds.v1alpha1.QuotaPlan;
import dev.weir.crds.v1alpha1.RateLimitPolicy;
import dev.weir.operator.world.PolicyRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Hands our reconcilers to JOSDK. */
public final class Controllers {

  /** Heals a status that somebody else changed. */
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);

  private static final long LONGEST_RETRY_MILLIS = 30_000;

  private Controllers() {}

  /** Registers all kinds; to be called before the operator starts. */
  public static void register(Operator operator, StatusDesk desk) {
    Rechecks<RateLimitPolicy> policies = new Rechecks<>("policy-rechecks");
    Rechecks<QuotaPlan> plans = new Rechecks<>("plan-rechecks");
    Rechecks<LlmRoute> routes = new Rechecks<>("route-rechecks");
    Map<String, Rechecks<?>> byKind =
        Map.of(
            PolicyRef.RATE_LIMIT_POLICY, policies,
            PolicyRef.QUOTA_PLAN, plans,
            PolicyRef.LLM_ROUTE, routes);
    desk.onRecheck(ref -> Objects.requireNonNull(byKind.get(ref.kind())).recheck(ref));
    Stream.of(
            new RateLimitPolicyReconciler(desk, policies),
            new QuotaPlanReconciler(desk, plans),
            new LlmRouteReconciler(desk, routes))
        .forEach(reconciler -> register(operator, reconciler));
  }

  private static <P extends HasMetadata> void register(
      Operator operator, PolicyReconciler<P> reconciler) {
    operator.register(
        reconciler, config -> config.withReconciliationMaxInterval(LOOK_AGAIN).withRetry(retry()));
  }

  /** For ever, and never rarer than each half minute: JOSDK's default gives up after five. */
  private static GenericRetry retry() {
    return new GenericRetry().withoutMaxAttempts().setMaxInterval(LONGEST_RETRY_MILLIS);
  }
}
