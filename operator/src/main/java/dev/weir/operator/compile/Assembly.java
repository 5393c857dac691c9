package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.Mode;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts the snapshots of one namespace together. */
record Assembly(Verdicts verdicts, Claims claims, Consumers consumers) {

  /** What governs one place. */
  private record Rules(
      List<Snapshot.Policy> policies,
      List<Snapshot.Plan> plans,
      Map<String, QuotaPlanSpec> planSpecs) {}

  Snapshot snapshot(WorkloadRef workload, Settings settings) {
    Rules rules = rules(workload, Snapshot.HeaderFormat.IETF);
    Snapshot.Identity identity =
        rules.planSpecs().isEmpty()
            ? null
            : Plans.identity(rules.planSpecs().values().iterator().next().identity());
    return new Snapshot(
        workload.toString(),
        workload.namespace(),
        settings.heartbeatMillis(),
        new Snapshot.StoreSettings(settings.storeTimeoutMillis()),
        rules.policies(),
        rules.plans(),
        identity,
        consumers(identity, rules.planSpecs()),
        routes(workload));
  }

  private List<Snapshot.Route> routes(WorkloadRef workload) {
    List<Snapshot.Route> routes = new ArrayList<>();
    for (PolicyRef ref : claims.routes().governing(workload)) {
      LlmRouteSpec spec = verdicts.route(ref);
      if (spec != null) {
        Rules rules = rules(WorkloadRef.of(ref), Routes.headers(spec));
        routes.add(
            Routes.route(
                ref,
                spec,
                rules.policies(),
                rules.plans(),
                consumers(Plans.identity(spec.identity()), rules.planSpecs())));
      }
    }
    return List.copyOf(routes);
  }

  private Rules rules(WorkloadRef site, Snapshot.HeaderFormat headers) {
    List<Snapshot.Policy> policies = new ArrayList<>();
    List<Snapshot.Plan> plans = new ArrayList<>();
    Map<String, QuotaPlanSpec> planSpecs = new TreeMap<>();
    for (PolicyRef ref : claims.rules().governing(site)) {
      RateLimitPolicySpec policy = verdicts.policy(ref);
      if (policy != null && policy.mode() != Mode.DISABLED) {
        policies.add(Limits.policy(ref, policy, site, headers));
      }
      QuotaPlanSpec plan = verdicts.plan(ref);
      if (plan != null) {
        plans.add(Plans.plan(ref, plan));
        planSpecs.put(ref.name(), plan);
      }
    }
    return new Rules(List.copyOf(policies), List.copyOf(plans), planSpecs);
  }

  private List<Snapshot.Consumer> consumers(
      Snapshot.@Nullable Identity identity, Map<String, QuotaPlanSpec> plans) {
    Map<String, Snapshot.Consumer> compiled = new TreeMap<>();
    if (identity != null) {
      consumers
          .byName()
          .forEach(
              (name, known) ->
                  compiled.put(name, consumer(name, known.approved(), known.labels(), plans)));
      if (identity.anonymous()) {
        compiled.put(Consumers.ANONYMOUS, consumer(Consumers.ANONYMOUS, true, Map.of(), plans));
      }
    }
    return List.copyOf(compiled.values());
  }

  private static Snapshot.Consumer consumer(
      String name, boolean approved, Map<String, String> labels, Map<String, QuotaPlanSpec> plans) {
    Map<String, String> tiers = new TreeMap<>();
    plans.forEach(
        (plan, spec) -> Plans.tierOf(spec, labels).ifPresent(tier -> tiers.put(plan, tier)));
    return new Snapshot.Consumer(name, approved, tiers);
  }
}
