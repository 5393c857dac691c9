package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.Mode;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.operator.validate.Verdict;
import dev.weir.operator.world.Declared;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.operator.world.World;
import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compiles whole worlds. Thread-safe, for it has no state. */
public final class Compiler {

  private final Settings settings;

  public Compiler(Settings settings) {
    this.settings = settings;
  }

  /** Judges, attaches and compiles everything. A bad object harms only itself. */
  public Compilation compile(World world, LastAcceptedSpecs lastAccepted) {
    Verdicts verdicts = Verdicts.of(world, lastAccepted);
    Claims claims = Claims.of(world, verdicts);
    Map<PolicyRef, ProviderKeys> providerKeys = providerKeys(world, verdicts);
    Map<String, Consumers> consumers = new HashMap<>();
    Map<WorkloadRef, CompiledWorkload> workloads = new HashMap<>();
    Map<WorkloadRef, Map<String, String>> contents = new HashMap<>();
    for (WorkloadRef workload : served(world, claims)) {
      Consumers known =
          consumers.computeIfAbsent(
              workload.namespace(), ns -> Consumers.of(world.consumers(), ns));
      Snapshot snapshot = new Assembly(verdicts, claims, known).snapshot(workload, settings);
      workloads.put(
          workload,
          new CompiledWorkload(
              workload,
              Hashes.of(snapshot),
              snapshot,
              new Secrets(
                  settings.redisUrl(),
                  apiKeys(snapshot, known),
                  providerKeys(workload, snapshot, providerKeys))));
      contents.put(workload, Contents.of(snapshot));
    }
    return new Compilation(
        Map.copyOf(workloads),
        governance(world.policies(), verdicts.policies(), claims, providerKeys),
        governance(world.plans(), verdicts.plans(), claims, providerKeys),
        governance(world.routes(), verdicts.routes(), claims, providerKeys),
        Map.copyOf(contents));
  }

  /** The governed ones, and those whose sidecars wait for something to enforce. */
  private static Set<WorkloadRef> served(World world, Claims claims) {
    Set<WorkloadRef> served = new HashSet<>(claims.routes().governing().keySet());
    served.addAll(claims.rules().governing().keySet());
    served.removeIf(WorkloadRef::isRoute);
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

  /** Only sidecars that recognise consumers need to know them. */
  private static Map<String, String> apiKeys(Snapshot snapshot, Consumers known) {
    return snapshot.identity() == null && snapshot.routes().isEmpty()
        ? Map.of()
        : Map.copyOf(known.apiKeys());
  }

  private static Map<PolicyRef, ProviderKeys> providerKeys(World world, Verdicts verdicts) {
    Map<PolicyRef, ProviderKeys> keys = new HashMap<>();
    for (Declared<LlmRouteSpec, ?> route : world.routes()) {
      LlmRouteSpec spec = verdicts.route(route.ref());
      if (spec != null) {
        keys.put(route.ref(), ProviderKeys.of(route.ref(), spec, world.providers()));
      }
    }
    return keys;
  }

  private static Map<String, String> providerKeys(
      WorkloadRef workload, Snapshot snapshot, Map<PolicyRef, ProviderKeys> all) {
    Map<String, String> keys = new TreeMap<>();
    for (Snapshot.Route route : snapshot.routes()) {
      PolicyRef ref = new PolicyRef(PolicyRef.LLM_ROUTE, workload.namespace(), route.name());
      Objects.requireNonNull(all.get(ref))
          .byProvider()
          .forEach((provider, key) -> keys.put(route.name() + "/" + provider, key));
    }
    return Map.copyOf(keys);
  }

  private static <S, T> Map<PolicyRef, Governance<S>> governance(
      List<Declared<S, T>> objects,
      Map<PolicyRef, Verdict<S>> verdicts,
      Claims claims,
      Map<PolicyRef, ProviderKeys> providerKeys) {
    Map<PolicyRef, Governance<S>> result = new HashMap<>();
    for (Declared<S, T> object : objects) {
      Verdict<S> verdict = Objects.requireNonNull(verdicts.get(object.ref()));
      ProviderKeys keys = providerKeys.get(object.ref());
      result.put(
          object.ref(),
          new Governance<>(
              object.ref(),
              object.uid(),
              object.generation(),
              verdict,
              claims.targets(object.ref()),
              keys == null ? List.of() : keys.unresolved(),
              enabled(verdict.inForce())));
    }
    return Map.copyOf(result);
  }

  private static boolean enabled(@Nullable Object spec) {
    return spec != null
        && !(spec instanceof RateLimitPolicySpec policy && policy.mode() == Mode.DISABLED);
  }
}
