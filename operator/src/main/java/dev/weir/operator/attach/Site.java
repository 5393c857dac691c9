package dev.weir.operator.attach;

import dev.weir.operator.world.WorkloadRef;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place that exists and can be governed.
 *
 * @param workloads whose sidecars see to it
 * @param identity the one way to recognise consumers that it has of its own; null without one
 * @param appPorts where the applications behind its sidecars listen, as far as that is known
 */
public record Site(List<WorkloadRef> workloads, @Nullable Object identity, Set<Integer> appPorts) {

  /** A workload. */
  public static Site workload(WorkloadRef workload, Set<Integer> appPorts) {
    return new Site(List.of(workload), null, Set.copyOf(appPorts));
  }

  /** An LlmRoute and the workloads that serve it. */
  public static Site route(List<WorkloadRef> workloads, Object identity) {
    return new Site(List.copyOf(workloads), identity, Set.of());
  }
}
