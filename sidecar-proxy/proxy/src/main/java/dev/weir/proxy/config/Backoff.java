package dev.weir.proxy.config;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits between attempts: doubling, capped, each between half and the whole. (NOT thread safe) */
final class Backoff {
  private final long firstMillis;
  private final long slowestMillis;
  private final RandomGenerator random;
  private long nextMillis;

  Backoff(Duration first, Duration slowest, RandomGenerator random) {
    this.firstMillis = Math.max(1, first.toMillis());
    this.slowestMillis = Math.max(firstMillis, slowest.toMillis());
    this.random = random;
    this.nextMillis = firstMillis;
  }

  /** How long to wait before the next attempt. */
  long nextMillis() {
    long delay = jittered(nextMillis);
    nextMillis = Math.min(slowestMillis, nextMillis * 2);
    return delay;
  }

  /** How long to wait where hurrying can't help. */
  long slowMillis() {
    return jittered(slowestMillis);
  }

  /** After a success: the next failure is the first again. */
  void reset() {
    nextMillis = firstMillis;
  }

  private long jittered(long millis) {
    // Thousands of sidecars lose one operator at the same moment.
    return millis - random.nextLong(millis / 2 + 1);
  }
}
