package dev.weir.operator.webhook;

import java.time.Duration;

/**
 * How long certificates live. Each is renewed when less than a third is left.
 *
 * @param overlap for how long a new authority is only trusted before it signs: time for everyone to
 *     hear of it
 */
public record Lifetimes(Duration authority, Duration leaf, Duration overlap) {

  /** A year, a week, a day. */
  public static final Lifetimes DEFAULT =
      new Lifetimes(Duration.ofDays(365), Duration.ofDays(7), Duration.ofDays(1));
}
