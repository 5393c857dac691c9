package dev.weir.operator.status;

import dev.weir.crds.v1alpha1.Condition;
import dev.weir.crds.v1alpha1.LimitStatus;
import dev.weir.crds.v1alpha1.LlmProviderStatus;
import dev.weir.crds.v1alpha1.LlmRouteStatus;
import dev.weir.crds.v1alpha1.QuotaPlanStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import dev.weir.crds.v1alpha1.TierStatus;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What statuses of all kinds have in common, by the status. */
public final class Standing {

  private Standing() {}

  /** The part that cannot wait: all but the numbers that traffic moves. */
  static Object of(Object status) {
    return switch (status) {
      case RateLimitPolicyStatus policy ->
          Arrays.asList(
              policy.observedGeneration(),
              policy.conditions(),
              policy.dataPlane(),
              policy.targets(),
              policy.store(),
              orEmpty(policy.limits()).stream().map(LimitStatus::name).toList());
      case QuotaPlanStatus plan ->
          Arrays.asList(
              plan.observedGeneration(),
              plan.conditions(),
              plan.dataPlane(),
              plan.targets(),
              plan.store(),
              orEmpty(plan.tiers()).stream()
                  .map((TierStatus tier) -> tier.name() + " " + tier.subjects())
                  .toList());
      case LlmRouteStatus route ->
          Arrays.asList(
              route.observedGeneration(),
              route.conditions(),
              route.dataPlane(),
              route.targets(),
              route.store(),
              orEmpty(route.providers()).stream()
                  .map((LlmProviderStatus provider) -> provider.name() + " " + provider.state())
                  .toList());
      default -> throw new IllegalArgumentException("not a status: " + status.getClass());
    };
  }

  /** Its conditions; none without a status. */
  public static List<Condition> conditions(@Nullable Object status) {
    return switch (status) {
      case RateLimitPolicyStatus policy -> orEmpty(policy.conditions());
      case QuotaPlanStatus plan -> orEmpty(plan.conditions());
      case LlmRouteStatus route -> orEmpty(route.conditions());
      case null, default -> List.of();
    };
  }

  /** The generation that it is about; null without one. */
  public static @Nullable Long observedGeneration(@Nullable Object status) {
    return switch (status) {
      case RateLimitPolicyStatus policy -> policy.observedGeneration();
      case QuotaPlanStatus plan -> plan.observedGeneration();
      case LlmRouteStatus route -> route.observedGeneration();
      case null, default -> null;
    };
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
