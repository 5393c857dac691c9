package dev.weir.operator.reconcile;

import dev.weir.operator.compile.Compilation;
import dev.weir.operator.stream.Sidecar;
import dev.weir.operator.world.PodRef;
import dev.weir.operator.world.PodView;
import dev.weir.operator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * All that a status depends on besides its object, at one moment.
 *
 * @param silence after so long without a frame a sidecar counts as gone
 * @param shared whether there is a shared store
 */
record Observation(
    Instant now,
    Duration silence,
    boolean shared,
    World world,
    Compilation compilation,
    PublishedHistory history,
    Map<PodRef, Sidecar> connected) {

  /** The sidecar of a pod, if it is connected and was heard lately. */
  Optional<Sidecar> heard(PodView pod) {
    return Optional.ofNullable(connected.get(pod.ref()))
        .filter(sidecar -> !sidecar.lastHeard().plus(silence).isBefore(now));
  }
}
