package dev.weir.limits;

/**
 * What a request wants of one counter.
 *
 * @param subject whose counter, any string; hashed by the store when it is long
 * @param cost units, 0..{@link LimitSpec#MAX_UNITS}; 0 looks without taking and always fits
 * @param allowOnFailure whether the request may pass while the store does not answer
 */
public record Charge(Counter counter, String subject, long cost, boolean allowOnFailure) {
  public Charge {
    if (cost < 0 || cost > LimitSpec.MAX_UNITS) {
      throw new IllegalArgumentException(
          "cost of " + counter.id() + " must be 0..2^53, not " + cost);
    }
  }
}
