package dev.weir.operator.attach;

import dev.weir.operator.world.WorkloadRef;

/** What became of one target of a policy. */
public sealed interface Target {

  WorkloadRef workload();

  /** The policy governs it. */
  record Governed(WorkloadRef workload) implements Target {}

  /** There is no such workload yet. */
  record NotFound(WorkloadRef workload) implements Target {}

  /**
   * An older policy clashes with this one.
   *
   * @param reason which policy, over what, and what to do
   */
  record Conflicted(WorkloadRef workload, String reason) implements Target {}
}
