package dev.weir.operator.world;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pod, as far as limits are concerned.
 *
 * @param owner the controller that owns it directly, null for a bare pod; see {@link World#pods()}
 * @param sidecar what its spec says of the sidecar, null without one
 * @param sidecarStarted since when the sidecar's container has passed its startup probe's phase;
 *     null while it has not
 * @param terminal whether all its containers ended for good
 * @param terminating whether it is being deleted
 */
public record PodView(
    PodRef ref,
    Map<String, String> labels,
    @Nullable WorkloadRef owner,
    @Nullable Injected sidecar,
    @Nullable Instant sidecarStarted,
    boolean terminal,
    boolean terminating) {

  /**
   * The sidecar's settings that matter to others.
   *
   * @param appPort the application's own port, which traffic must not reach directly; 0 if unknown
   * @param portName the name that the sidecar took over, null if it has none
   */
  public record Injected(int appPort, @Nullable String portName) {}
}
