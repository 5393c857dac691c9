package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.Limit;
import dev.weir.crds.v1alpha1.Mode;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.crds.v1alpha1.TargetRef;
import dev.weir.operator.attach.Attachments;
import dev.weir.operator.attach.Claim;
import dev.weir.operator.attach.Claim.Demand;
import dev.weir.operator.attach.Target;
import dev.weir.operator.validate.QuotaPlanRules;
import dev.weir.operator.validate.RateLimitPolicyRules;
import dev.weir.operator.validate.Verdict;
import dev.weir.operator.world.Declared;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.operator.world.World;
import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compiles whole worlds. Thread-safe, for it has no state. */
public final class Compiler {

  private final Settings settings;

  public Compiler(Settings settings) {
    this.settings = settings;
  }

  /** Judges, attaches and compiles everything. A bad object harms only itself. */
  public Compilation compile(World world, LastAcceptedSpecs lastAccepted) {
    List<Claim> claims = new ArrayList<>();
    Map<PolicyRef, Verdict<RateLimitPolicySpec>> policies = new HashMap<>();
    for (Declared<RateLimitPolicySpec, ?> policy : world.policies()) {
      Verdict<RateLimitPolicySpec> verdict =
          RateLimitPolicyRules.judge(
              policy.spec(), policy.generation(), lastAccepted.policy(policy.uid()));
      policies.put(policy.ref(), verdict);
      RateLimitPolicySpec spec = verdict.inForce();
      if (spec != null) {
        claims.add(claim(policy, spec.targetRefs(), demand(spec)));
      }
    }
    Map<PolicyRef, Verdict<QuotaPlanSpec>> plans = new HashMap<>();
    for (Declared<QuotaPlanSpec, ?> plan : world.plans()) {
      Verdict<QuotaPlanSpec> verdict =
          QuotaPlanRules.judge(plan.spec(), plan.generation(), lastAccepted.plan(plan.uid()));
      plans.put(plan.ref(), verdict);
      QuotaPlanSpec spec = verdict.inForce();
      if (spec != null) {
        claims.add(
            claim(
                plan, spec.targetRefs(), new Demand.OneIdentity(Plans.identity(spec.identity()))));
      }
    }
    Attachments attachments = Attachments.of(claims, world.workloads());
    Map<WorkloadRef, CompiledWorkload> workloads = new HashMap<>();
    Map<WorkloadRef, Map<String, String>> contents = new HashMap<>();
    Map<String, Consumers> consumers = new HashMap<>();
    for (WorkloadRef workload : served(world, attachments)) {
      List<PolicyRef> governing = attachments.governing().getOrDefault(workload, List.of());
      Snapshot snapshot =
          snapshot(
              workload,
              governing,
              policies,
              plans,
              consumers.computeIfAbsent(
                  workload.namespace(), ns -> Consumers.of(world.consumers(), ns)));
      Map<String, String> apiKeys =
          snapshot.identity() == null
              ? Map.of()
              : Map.copyOf(known(consumers, workload.namespace()).apiKeys());
      workloads.put(
          workload,
          new CompiledWorkload(
              workload,
              Hashes.of(snapshot),
              snapshot,
              new Secrets(settings.redisUrl(), apiKeys, Map.of())));
      contents.put(workload, contents(snapshot));
    }
    return new Compilation(
        Map.copyOf(workloads),
        governance(world.policies(), policies, attachments),
        governance(world.plans(), plans, attachments),
        Map.copyOf(contents));
  }

  private static Consumers known(Map<String, Consumers> consumers, String namespace) {
    return Objects.requireNonNull(consumers.get(namespace));
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

  /** The governed ones, and those whose sidecars wait for something to enforce. */
  private static Set<WorkloadRef> served(World world, Attachments attachments) {
    Set<WorkloadRef> served = new HashSet<>(attachments.governing().keySet());
    world
        .pods()
        .forEach(
            (workload, pods) -> {
              if (pods.stream().anyMatch(pod -> pod.sidecar() != null)) {
                served.add(workload);
              }
            });
    return served;
  }

  private Snapshot snapshot(
      WorkloadRef workload,
      List<PolicyRef> governing,
      Map<PolicyRef, Verdict<RateLimitPolicySpec>> policies,
      Map<PolicyRef, Verdict<QuotaPlanSpec>> plans,
      Consumers consumers) {
    List<Snapshot.Policy> compiledPolicies = new ArrayList<>();
    List<Snapshot.Plan> compiledPlans = new ArrayList<>();
    Map<String, QuotaPlanSpec> planSpecs = new TreeMap<>();
    for (PolicyRef ref : governing) {
      RateLimitPolicySpec policy = inForce(policies, ref);
      if (policy != null && policy.mode() != Mode.DISABLED) {
        compiledPolicies.add(Limits.policy(ref, policy, workload));
      }
      QuotaPlanSpec plan = inForce(plans, ref);
      if (plan != null) {
        compiledPlans.add(Plans.plan(ref, plan));
        planSpecs.put(ref.name(), plan);
      }
    }
    Snapshot.Identity identity =
        planSpecs.isEmpty()
            ? null
            : Plans.identity(planSpecs.values().iterator().next().identity());
    return new Snapshot(
        workload.toString(),
        workload.namespace(),
        settings.heartbeatMillis(),
        new Snapshot.StoreSettings(settings.storeTimeoutMillis()),
        List.copyOf(compiledPolicies),
        List.copyOf(compiledPlans),
        identity,
        identity == null ? List.of() : consumers(identity, planSpecs, consumers),
        List.of());
  }

  private static <S> @Nullable S inForce(Map<PolicyRef, Verdict<S>> verdicts, PolicyRef ref) {
    Verdict<S> verdict = verdicts.get(ref);
    return verdict == null ? null : verdict.inForce();
  }

  private static List<Snapshot.Consumer> consumers(
      Snapshot.Identity identity, Map<String, QuotaPlanSpec> plans, Consumers consumers) {
    Map<String, Snapshot.Consumer> compiled = new TreeMap<>();
    consumers
        .byName()
        .forEach(
            (name, known) ->
                compiled.put(name, consumer(name, known.approved(), known.labels(), plans)));
    if (identity.anonymous()) {
      compiled.put(Consumers.ANONYMOUS, consumer(Consumers.ANONYMOUS, true, Map.of(), plans));
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

  /** A plan's content is also who is recognised how, and who is in which of its tiers. */
  private static Map<String, String> contents(Snapshot snapshot) {
    Map<String, String> contents = new HashMap<>();
    for (Snapshot.Policy policy : snapshot.policies()) {
      contents.put(PolicyRef.RATE_LIMIT_POLICY + "/" + policy.name(), Hashes.of(policy));
    }
    for (Snapshot.Plan plan : snapshot.plans()) {
      Map<String, String> members = new TreeMap<>();
      for (Snapshot.Consumer consumer : snapshot.consumers()) {
        members.put(consumer.name(), consumer.approved() + "/" + consumer.tiers().get(plan.name()));
      }
      contents.put(
          PolicyRef.QUOTA_PLAN + "/" + plan.name(),
          Hashes.of(List.of(plan, Objects.requireNonNull(snapshot.identity()), members)));
    }
    return Map.copyOf(contents);
  }

  private static <S, T> Map<PolicyRef, Governance<S>> governance(
      List<Declared<S, T>> objects, Map<PolicyRef, Verdict<S>> verdicts, Attachments attachments) {
    Map<PolicyRef, Governance<S>> result = new HashMap<>();
    for (Declared<S, T> object : objects) {
      Verdict<S> verdict = Objects.requireNonNull(verdicts.get(object.ref()));
      List<Target> targets = attachments.targets().getOrDefault(object.ref(), List.of());
      result.put(
          object.ref(),
          new Governance<>(
              object.ref(),
              object.uid(),
              object.generation(),
              verdict,
              targets,
              enabled(verdict.inForce())));
    }
    return Map.copyOf(result);
  }

  private static boolean enabled(@Nullable Object spec) {
    return spec != null
        && !(spec instanceof RateLimitPolicySpec policy && policy.mode() == Mode.DISABLED);
  }
}
