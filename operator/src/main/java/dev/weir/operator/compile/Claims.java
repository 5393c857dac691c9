package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.Limit;
import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.Mode;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.crds.v1alpha1.TargetRef;
import dev.weir.operator.attach.Attachments;
import dev.weir.operator.attach.Claim;
import dev.weir.operator.attach.Claim.Demand;
import dev.weir.operator.attach.Site;
import dev.weir.operator.attach.Target;
import dev.weir.operator.world.Declared;
import dev.weir.operator.world.PodView;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.operator.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who serves and who governs what: first the routes find their workloads, then the policies and
 * plans their workloads and routes.
 *
 * @param routes which routes each workload serves
 * @param rules which policies and plans govern each workload and each route
 */
record Claims(Attachments routes, Attachments rules) {

  static Claims of(World world, Verdicts verdicts) {
    Map<WorkloadRef, Site> sites = new HashMap<>();
    for (WorkloadRef workload : world.workloads()) {
      sites.put(workload, Site.workload(workload, appPorts(world.podsOf(workload))));
    }
    Attachments routes = Attachments.of(routes(world, verdicts), Map.copyOf(sites));
    for (Declared<LlmRouteSpec, ?> route : world.routes()) {
      LlmRouteSpec spec = verdicts.route(route.ref());
      if (spec != null) {
        sites.put(
            WorkloadRef.of(route.ref()),
            Site.route(serving(routes, route.ref()), Plans.identity(spec.identity())));
      }
    }
    return new Claims(routes, Attachments.of(rules(world, verdicts), sites));
  }

  List<Target> targets(PolicyRef ref) {
    return (ref.kind().equals(PolicyRef.LLM_ROUTE) ? routes : rules).targets(ref);
  }

  private static List<WorkloadRef> serving(Attachments routes, PolicyRef route) {
    return routes.targets(route).stream()
        .filter(target -> target instanceof Target.Governed)
        .map(Target::ref)
        .toList();
  }

  private static Set<Integer> appPorts(List<PodView> pods) {
    return pods.stream()
        .flatMap(pod -> Stream.ofNullable(pod.sidecar()))
        .map(PodView.Injected::appPort)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<Claim> routes(World world, Verdicts verdicts) {
    List<Claim> claims = new ArrayList<>();
    for (Declared<LlmRouteSpec, ?> route : world.routes()) {
      LlmRouteSpec spec = verdicts.route(route.ref());
      if (spec != null) {
        claims.add(claim(route, spec.targetRefs(), new Demand.Port(spec.listener().port())));
      }
    }
    return claims;
  }

  private static List<Claim> rules(World world, Verdicts verdicts) {
    List<Claim> claims = new ArrayList<>();
    for (Declared<RateLimitPolicySpec, ?> policy : world.policies()) {
      RateLimitPolicySpec spec = verdicts.policy(policy.ref());
      if (spec != null) {
        claims.add(claim(policy, spec.targetRefs(), demand(spec)));
      }
    }
    for (Declared<QuotaPlanSpec, ?> plan : world.plans()) {
      QuotaPlanSpec spec = verdicts.plan(plan.ref());
      if (spec != null) {
        claims.add(
            claim(
                plan, spec.targetRefs(), new Demand.OneIdentity(Plans.identity(spec.identity()))));
      }
    }
    return claims;
  }

  private static Claim claim(Declared<?, ?> object, List<TargetRef> targets, Demand demand) {
    String namespace = object.ref().namespace();
    return new Claim(
        object.ref(),
        object.created(),
        targets.stream()
            .map(target -> new WorkloadRef(namespace, target.kind(), target.name()))
            .distinct()
            .toList(),
        demand);
  }

  private static Demand demand(RateLimitPolicySpec spec) {
    return spec.mode() == Mode.DISABLED
        ? new Demand.Nothing()
        : new Demand.Limits(
            spec.limits().stream().map(Limit::name).collect(Collectors.toUnmodifiableSet()));
  }
}
