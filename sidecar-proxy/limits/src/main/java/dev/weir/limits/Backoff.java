package dev.weir.limits;

import java.util.concurrent.ThreadLocalRandom;

/** Random pauses between probes of a store that does not answer (NOT thread safe). */
final class Backoff {

  private static final long MIN_MILLIS = 100;
  private static final long MAX_MILLIS = 500;

  private int failures;

  void reset() {
    failures = 0;
  }

  long nextMillis() {
    long most = Math.min(MAX_MILLIS, MIN_MILLIS << Math.min(failures, 3));
    failures++;
    return ThreadLocalRandom.current().nextLong(most / 2, most + 1);
  }
}
