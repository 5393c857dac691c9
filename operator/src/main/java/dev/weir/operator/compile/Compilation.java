package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that came of one world.
 *
 * @param contents per workload and {@link PolicyRef#key} a hash of what the snapshot holds of that
 *     object; an object of which it holds nothing is absent
 */
public record Compilation(
    Map<WorkloadRef, CompiledWorkload> workloads,
    Map<PolicyRef, Governance<RateLimitPolicySpec>> policies,
    Map<PolicyRef, Governance<QuotaPlanSpec>> plans,
    Map<PolicyRef, Governance<LlmRouteSpec>> routes,
    Map<WorkloadRef, Map<String, String>> contents) {

  /** What comes of {@link dev.weir.operator.world.World#EMPTY}. */
  public static final Compilation EMPTY =
      new Compilation(Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

  /** What became of the objects of all kinds. */
  public Stream<Governance<?>> all() {
    return Stream.<Map<PolicyRef, ? extends Governance<?>>>of(policies, plans, routes)
        .flatMap(kind -> kind.values().stream());
  }

  /** What became of one object; null if it was not there. */
  public @Nullable Governance<?> governance(PolicyRef ref) {
    return switch (ref.kind()) {
      case PolicyRef.RATE_LIMIT_POLICY -> policies.get(ref);
      case PolicyRef.QUOTA_PLAN -> plans.get(ref);
      default -> routes.get(ref);
    };
  }

  /** A hash of what a workload's snapshot holds of an object; null if it holds nothing. */
  public @Nullable String content(WorkloadRef workload, PolicyRef object) {
    return contents.getOrDefault(workload, Map.of()).get(object.key());
  }
}
