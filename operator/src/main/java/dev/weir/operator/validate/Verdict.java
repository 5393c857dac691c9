package dev.weir.operator.validate;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is in force of an object.
 *
 * @param inForce the newest spec that was accepted; null if none ever was
 * @param generation of the object when it had {@code inForce}; 0 without one
 * @param problems why the object's present spec is not accepted; empty if it is
 */
public record Verdict<S>(@Nullable S inForce, long generation, List<Problem> problems) {

  /**
   * Accepts the spec if nothing is wrong with it, else falls back.
   *
   * @param lastAccepted null without an earlier accepted spec
   */
  static <S> Verdict<S> of(
      S spec, long generation, List<Problem> problems, @Nullable Accepted<S> lastAccepted) {
    if (problems.isEmpty()) {
      return new Verdict<>(spec, generation, List.of());
    }
    return lastAccepted == null
        ? new Verdict<>(null, 0, List.copyOf(problems))
        : new Verdict<>(lastAccepted.spec(), lastAccepted.generation(), List.copyOf(problems));
  }

  /** Whether the present spec is in force. */
  public boolean accepted() {
    return problems.isEmpty();
  }

  /** All problems in one text. */
  public String explanation() {
    return problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
  }
}
