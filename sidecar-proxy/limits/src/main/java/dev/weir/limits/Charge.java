package dev.weir.limits;

/**
 * What a request wants of one counter.
 *
 * @param subject whose counter, any string; hashed by the store when it is long
 * @param cost units to take, 0..{@link LimitSpec#MAX_UNITS}
 * @param needs units that must be left for the charge to fit, at least {@code cost}; more than that
 *     where the rest is only known later and settled then. 0 looks and always fits
 * @param allowOnFailure whether the request may pass while the store does not answer
 */
public record Charge(
    Counter counter, String subject, long cost, long needs, boolean allowOnFailure) {
  public Charge {
    if (cost < 0 || cost > LimitSpec.MAX_UNITS) {
      throw new IllegalArgumentException(
          "cost of " + counter.id() + " must be 0..2^53, not " + cost);
    }
    if (needs < cost || needs > LimitSpec.MAX_UNITS) {
      throw new IllegalArgumentException(
          "needs of " + counter.id() + " must be " + cost + "..2^53, not " + needs);
    }
  }

  /** Needs what it takes. */
  public Charge(Counter counter, String subject, long cost, boolean allowOnFailure) {
    this(counter, subject, cost, cost, allowOnFailure);
  }
}
