package dev.weir.e2e.harness;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.awaitility.Awaitility;

/** Hourly windows begin with the hour in UTC; a test must not be cut by one. */
public final class Hour {
  private Hour() {}

  /** Returns once the current hour lasts at least this long. */
  public static void withRoomFor(Duration need) {
    Awaitility.await("the next hour, since this one ends within " + need)
        .atMost(need.plusMinutes(1))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              Instant now = Instant.now();
              Instant next = now.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
              return Duration.between(now, next).compareTo(need) > 0;
            });
  }
}
