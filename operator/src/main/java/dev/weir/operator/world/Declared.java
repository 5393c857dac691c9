package dev.weir.operator.world;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One of our objects as the API server has it.
 *
 * @param status null before anyone wrote one
 */
public record Declared<S, T>(
    PolicyRef ref,
    String uid,
    long generation,
    String resourceVersion,
    Instant created,
    S spec,
    @Nullable T status) {

  /** Whether the other differs at most in what we write ourselves. */
  boolean sameWish(Declared<S, T> other) {
    return uid.equals(other.uid) && generation == other.generation;
  }
}
