package dev.weir.operator.world;

/**
 * A workload that can be governed.
 *
 * @param kind {@code Deployment}, {@code StatefulSet}, {@code DaemonSet}, or another controller
 */
public record WorkloadRef(String namespace, String kind, String name) {

  /** {@code namespace/Kind/name}, as in {@link dev.weir.protocol.Snapshot#workload()}. */
  @Override
  public String toString() {
    return namespace + "/" + kind + "/" + name;
  }
}
