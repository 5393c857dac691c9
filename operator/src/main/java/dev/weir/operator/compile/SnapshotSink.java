package dev.weir.operator.compile;

import dev.weir.operator.world.WorkloadRef;
import java.util.Map;

/** Takes what the compiler made to the sidecars. Thread-safe. */
@FunctionalInterface
public interface SnapshotSink {

  /**
   * Replaces all that was published before: the sidecars of workloads that are absent are told
   * nothing any more. Sends only what differs from the last time; must not block.
   *
   * @param all an immutable map; its values' secrets are compared too, not only the revisions
   */
  void publish(Map<WorkloadRef, CompiledWorkload> all);
}
