package dev.weir.operator.attach;

import dev.weir.operator.world.WorkloadRef;
import java.util.List;

/** What became of one target of a policy. */
public sealed interface Target {

  /** The workload or LlmRoute that the policy names. */
  WorkloadRef ref();

  /**
   * The policy governs it.
   *
   * @param workloads whose sidecars see to it: the target itself, or those that serve the route,
   *     which may be none
   */
  record Governed(WorkloadRef ref, List<WorkloadRef> workloads) implements Target {}

  /** There is no such workload yet, or no such route that was ever accepted. */
  record NotFound(WorkloadRef ref) implements Target {}

  /**
   * It cannot have this policy and what it has already.
   *
   * @param reason what clashes with it, over what, and what to do
   */
  record Conflicted(WorkloadRef ref, String reason) implements Target {}
}
