package dev.weir.limits;

import java.util.function.LongSupplier;

/**
 * The store's time as this process knows it (NOT thread safe): its own wall clock until the first
 * answer, then the last answer's time carried on by a monotonic clock.
 */
final class StoreClock {

  private final LongSupplier monotonicMicros;
  private long offset;

  StoreClock(LongSupplier wallMicros, LongSupplier monotonicMicros) {
    this.monotonicMicros = monotonicMicros;
    this.offset = wallMicros.getAsLong() - monotonicMicros.getAsLong();
  }

  long nowMicros() {
    return monotonicMicros.getAsLong() + offset;
  }

  void answered(long storeMicros) {
    offset = storeMicros - monotonicMicros.getAsLong();
  }
}
