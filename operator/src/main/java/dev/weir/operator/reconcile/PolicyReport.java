package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.Limit;
import dev.weir.crds.v1alpha1.LimitStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicySummary;
import dev.weir.operator.compile.Governance;
import dev.weir.operator.usage.LimitTotals.Count;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pure: what a RateLimitPolicy's status says. */
final class PolicyReport {

  private PolicyReport() {}

  /**
   * @param totals of each limit in force
   * @param before the status until now, for the times of its conditions
   */
  static RateLimitPolicyStatus of(
      Governance<RateLimitPolicySpec> governance,
      Map<String, Count> totals,
      @Nullable RateLimitPolicyStatus before,
      Observation seen) {
    Enforcement enforcement = Enforcement.of(governance, seen);
    StoreState store = StoreState.of(enforcement, seen, null);
    List<LimitStatus> limits =
        limitNames(governance).stream()
            .map(
                name -> {
                  Count count = totals.getOrDefault(name, new Count(0, 0));
                  return new LimitStatus(name, count.allowed(), count.limited());
                })
            .toList();
    return new RateLimitPolicyStatus(
        governance.generation(),
        Conditions.of(
            Findings.of(governance, enforcement, store, List.of(), seen),
            before == null ? null : before.conditions(),
            seen.now()),
        enforcement.dataPlane(),
        Findings.targets(governance, enforcement, governance.enabled() ? limits.size() : 0, seen),
        limits,
        store.status(),
        new RateLimitPolicySummary(
            limits.size(),
            limits.stream().mapToLong(LimitStatus::limited).sum(),
            Findings.targetSummary(governance)));
  }

  static List<String> limitNames(Governance<RateLimitPolicySpec> governance) {
    RateLimitPolicySpec spec = governance.verdict().inForce();
    return spec == null ? List.of() : spec.limits().stream().map(Limit::name).toList();
  }
}
