package dev.weir.operator.status;

import dev.weir.crds.v1alpha1.Condition;
import dev.weir.crds.v1alpha1.LimitStatus;
import dev.weir.crds.v1alpha1.QuotaPlanStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import dev.weir.crds.v1alpha1.TierStatus;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of a status that cannot wait: all but the numbers that traffic moves. */
final class Standing {

  private Standing() {}

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
      default -> throw new IllegalArgumentException("not a status: " + status.getClass());
    };
  }

  static List<Condition> conditions(@Nullable Object status) {
    return switch (status) {
      case RateLimitPolicyStatus policy -> orEmpty(policy.conditions());
      case QuotaPlanStatus plan -> orEmpty(plan.conditions());
      case null, default -> List.of();
    };
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
