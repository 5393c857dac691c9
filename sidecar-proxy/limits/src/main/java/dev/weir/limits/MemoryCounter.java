package dev.weir.limits;

import dev.weir.limits.Outcome.ChargeState;

/** One subject's counter in this process (NOT thread safe). */
sealed interface MemoryCounter {

  static MemoryCounter of(LimitSpec spec, long nowMicros) {
    return spec instanceof LimitSpec.TokenBucket bucket
        ? new Bucket(bucket, nowMicros)
        : new Window(new WindowCount());
  }

  /** Brings the counter to {@code nowMicros} under {@code spec}. */
  void moveTo(LimitSpec spec, long nowMicros);

  boolean fits(LimitSpec spec, long needs);

  void take(long cost);

  ChargeState state(LimitSpec spec, long needs, boolean fits, long nowMicros);

  /** Whether forgetting this counter changes no decision from {@code nowMicros} on. */
  boolean unused(LimitSpec spec, long nowMicros);

  /** A fixed or calendar window. */
  record Window(WindowCount count) implements MemoryCounter {
    @Override
    public void moveTo(LimitSpec spec, long nowMicros) {
      count.moveTo(Periods.of(spec, nowMicros), nowMicros);
    }

    @Override
    public boolean fits(LimitSpec spec, long needs) {
      return needs == 0 || needs <= spec.limit() - count.used();
    }

    @Override
    public void take(long cost) {
      count.take(cost);
    }

    @Override
    public ChargeState state(LimitSpec spec, long needs, boolean fits, long nowMicros) {
      long reset = count.end() - nowMicros;
      long remaining = Math.max(0, spec.limit() - count.used());
      return new ChargeState(fits, remaining, reset, fits ? 0 : reset);
    }

    @Override
    public boolean unused(LimitSpec spec, long nowMicros) {
      return count.used() == 0 || count.end() <= nowMicros;
    }
  }

  /** A token bucket. */
  final class Bucket implements MemoryCounter {
    private final BucketLevel level;
    private LimitSpec.TokenBucket spec;
    private Rate rate;
    private long burst;

    Bucket(LimitSpec.TokenBucket spec, long nowMicros) {
      this.spec = spec;
      this.rate = Rate.of(spec);
      this.burst = spec.limit() == 0 ? 0 : spec.burst();
      this.level = new BucketLevel(burst, nowMicros);
    }

    @Override
    public void moveTo(LimitSpec newSpec, long nowMicros) {
      LimitSpec.TokenBucket bucket = (LimitSpec.TokenBucket) newSpec;
      if (!bucket.equals(spec)) {
        spec = bucket;
        rate = Rate.of(bucket);
        burst = bucket.limit() == 0 ? 0 : bucket.burst();
      }
      level.refill(rate, burst, nowMicros);
    }

    @Override
    public boolean fits(LimitSpec sameSpec, long needs) {
      return needs == 0 || needs <= level.units();
    }

    @Override
    public void take(long cost) {
      level.take(cost);
    }

    @Override
    public ChargeState state(LimitSpec sameSpec, long needs, boolean fits, long nowMicros) {
      long reset = rate.units() == 0 ? rate.micros() : level.microsUntil(burst, rate);
      long retry = fits ? 0 : needs > burst ? reset : level.microsUntil(needs, rate);
      return new ChargeState(fits, Math.max(0, level.units()), reset, retry);
    }

    @Override
    public boolean unused(LimitSpec sameSpec, long nowMicros) {
      moveTo(sameSpec, nowMicros);
      return burst == 0 || level.units() >= burst;
    }
  }
}
