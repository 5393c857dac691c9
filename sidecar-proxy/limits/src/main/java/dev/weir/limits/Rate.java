package dev.weir.limits;

import java.math.BigInteger;

/**
 * Units gained per microsecond as a fraction {@code units/micros} in lowest terms, whose product is
 * at most 2^52, so that a bucket's remainder is exact in a double.
 */
record Rate(long units, long micros) {

  private static final long MAX_PRODUCT = 1L << 52;

  /** Rounded down where the fraction can't be exact: a bucket is never too fast. */
  static Rate of(LimitSpec.TokenBucket spec) {
    if (spec.limit() == 0) {
      return new Rate(0, spec.periodMicros());
    }
    long divisor = gcd(spec.limit(), spec.periodMicros());
    long units = spec.limit() / divisor;
    long micros = spec.periodMicros() / divisor;
    if (units / micros >= 1 << 20) {
      return new Rate(Math.min(units / micros, MAX_PRODUCT), 1);
    }
    long fewer = units;
    long longer = micros;
    while (Math.multiplyHigh(fewer, longer) != 0 || fewer * longer > MAX_PRODUCT) {
      fewer >>= 1;
      longer = ceilOfProduct(fewer, micros, units);
    }
    return new Rate(fewer, longer);
  }

  /** The smallest number not below {@code a * b / divisor}. */
  private static long ceilOfProduct(long a, long b, long divisor) {
    BigInteger[] parts =
        BigInteger.valueOf(a)
            .multiply(BigInteger.valueOf(b))
            .divideAndRemainder(BigInteger.valueOf(divisor));
    return parts[0].longValueExact() + parts[1].signum();
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
