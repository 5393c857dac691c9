package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import java.util.Map;

/**
 * All that came of one world.
 *
 * @param contents per workload and {@link PolicyRef#key} a hash of what the snapshot holds of that
 *     policy; a policy of which it holds nothing is absent
 */
public record Compilation(
    Map<WorkloadRef, CompiledWorkload> workloads,
    Map<PolicyRef, Governance<RateLimitPolicySpec>> policies,
    Map<PolicyRef, Governance<QuotaPlanSpec>> plans,
    Map<WorkloadRef, Map<String, String>> contents) {

  /** What comes of {@link dev.weir.operator.world.World#EMPTY}. */
  public static final Compilation EMPTY = new Compilation(Map.of(), Map.of(), Map.of(), Map.of());
}
