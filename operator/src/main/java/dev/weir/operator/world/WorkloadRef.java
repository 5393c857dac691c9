package dev.weir.operator.world;

/**
 * What can be governed: a workload, or an LlmRoute that workloads serve.
 *
 * @param kind {@code Deployment}, {@code StatefulSet}, {@code DaemonSet}, another controller, or
 *     {@link PolicyRef#LLM_ROUTE}
 */
public record WorkloadRef(String namespace, String kind, String name) {

  /** An LlmRoute as something to govern. */
  public static WorkloadRef of(PolicyRef route) {
    return new WorkloadRef(route.namespace(), route.kind(), route.name());
  }

  /** Whether it is an LlmRoute and no workload. */
  public boolean isRoute() {
    return kind.equals(PolicyRef.LLM_ROUTE);
  }

  /** {@code namespace/Kind/name}, as in {@link dev.weir.protocol.Snapshot#workload()}. */
  @Override
  public String toString() {
    return namespace + "/" + kind + "/" + name;
  }
}
