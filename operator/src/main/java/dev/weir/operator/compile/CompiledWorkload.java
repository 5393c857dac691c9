package dev.weir.operator.compile;

import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot;

/**
 * What the sidecars of one workload are told.
 *
 * @param revision hash of {@code snapshot}; secrets do not go into it
 */
public record CompiledWorkload(
    WorkloadRef workload, String revision, Snapshot snapshot, Secrets secrets) {}
