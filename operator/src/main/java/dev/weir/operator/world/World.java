package dev.weir.operator.world;

import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.LlmRouteStatus;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.QuotaPlanStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that a compilation and a status depend on, at one moment. Immutable; the order of its
 * collections means nothing.
 *
 * @param lastAccepted by the uid of the object
 * @param workloads those that exist
 * @param pods by the workload that they resolve to: a ReplicaSet's pods are its Deployment's, a
 *     bare pod is its own workload of kind {@code Pod}
 */
public record World(
    List<Declared<RateLimitPolicySpec, RateLimitPolicyStatus>> policies,
    List<Declared<QuotaPlanSpec, QuotaPlanStatus>> plans,
    List<Declared<LlmRouteSpec, LlmRouteStatus>> routes,
    Map<String, LastAccepted> lastAccepted,
    Set<WorkloadRef> workloads,
    Map<WorkloadRef, List<PodView>> pods,
    List<ServiceView> services,
    List<ConsumerSecret> consumers,
    List<ProviderSecret> providers) {

  /** Nothing at all. */
  public static final World EMPTY =
      new World(
          List.of(), List.of(), List.of(), Map.of(), Set.of(), Map.of(), List.of(), List.of(),
          List.of());

  /** The objects of all our kinds. */
  public Stream<Declared<?, ?>> objects() {
    return Stream.<List<? extends Declared<?, ?>>>of(policies, plans, routes).flatMap(List::stream);
  }

  /** The pods of one workload, in order of their names. */
  public List<PodView> podsOf(WorkloadRef workload) {
    return pods.getOrDefault(workload, List.of());
  }
}
