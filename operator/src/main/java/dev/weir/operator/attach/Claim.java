package dev.weir.operator.attach;

import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A policy's wish to govern workloads or routes, or a route's to be served by workloads.
 *
 * @param targets in the order of the spec
 * @param demand what other policies may clash with
 */
public record Claim(PolicyRef ref, Instant created, List<WorkloadRef> targets, Demand demand) {

  /** What a policy wants of a workload. Two kinds of demands never clash. */
  public sealed interface Demand {

    /** Rate limits: no other policy may have one of these names at the same place. */
    record Limits(Set<String> names) implements Demand {}

    /**
     * One way to recognise consumers, which every plan at the same place must share.
     *
     * @param identity compared by equals; shown to nobody
     */
    record OneIdentity(Object identity) implements Demand {}

    /** A route's own port, which nothing else of the workload may use. */
    record Port(int port) implements Demand {}

    /** Nothing: a policy that is switched off attaches anywhere. */
    record Nothing() implements Demand {}
  }
}
