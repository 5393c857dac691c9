package dev.weir.operator.stream;

import dev.weir.operator.world.PodRef;
import java.time.Instant;

/** Who asks for a connection, as its token says. */
public sealed interface Caller {

  /** A pod, known until its token expires. */
  record Known(PodRef pod, Instant expires) implements Caller {}

  /**
   * The token does not do.
   *
   * @param status 401 when it is no valid token for us, 403 when it is not bound to a pod
   */
  record Refused(int status, String message) implements Caller {}

  /** Nobody could say: the API server did not answer. */
  record Unknown(String message) implements Caller {}
}
