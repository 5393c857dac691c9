package dev.weir.limits;

/**
 * The level of one token bucket (NOT thread safe): whole units, below 0 while in debt, and the
 * remainder of the next unit as {@code remainder/rate.micros}.
 */
final class BucketLevel {

  private static final long MOST_DEBT = 1L << 62;

  private long units;
  private long remainder;
  private long remainderOf = 1;
  private long atMicros;

  BucketLevel(long units, long atMicros) {
    this.units = units;
    this.atMicros = atMicros;
  }

  long units() {
    return units;
  }

  void take(long cost) {
    units = Math.max(units - cost, -MOST_DEBT);
  }

  /** Adds what was gained since the last call; a clock that went back adds nothing. */
  void refill(Rate rate, long burst, long nowMicros) {
    long elapsed = Math.max(0, nowMicros - atMicros);
    atMicros = nowMicros;
    if (remainderOf != rate.micros()) {
      remainder = 0;
      remainderOf = rate.micros();
    }
    // Split, so that the products stay below 2^53; the script does the same in doubles.
    long whole = elapsed / rate.micros();
    long part = remainder + elapsed % rate.micros() * rate.units();
    long ofPart = part / rate.micros();
    if ((double) whole * rate.units() + ofPart >= (double) burst - units) {
      units = burst;
      remainder = 0;
      return;
    }
    units += whole * rate.units() + ofPart;
    remainder = part % rate.micros();
  }

  /** Microseconds until there are {@code wanted} units; at most 2^53. */
  long microsUntil(long wanted, Rate rate) {
    if (units >= wanted) {
      return 0;
    }
    double missing = ((double) wanted - units) * rate.micros() - remainder;
    return (long) Math.min(Math.ceil(missing / rate.units()), LimitSpec.MAX_UNITS);
  }
}
