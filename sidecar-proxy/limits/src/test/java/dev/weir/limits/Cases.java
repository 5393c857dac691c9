package dev.weir.limits;

import java.time.ZoneId;
import java.util.List;

/** Short words for charges and their counters. */
final class Cases {

  static final long SECOND = 1_000_000;
  static final long HOUR = 3600 * SECOND;

  private Cases() {}

  static Counter hourly(String id, long limit) {
    return new Counter(id, new LimitSpec.FixedWindow(limit, HOUR), false);
  }

  static Counter window(long limit, long periodMicros) {
    return new Counter("window", new LimitSpec.FixedWindow(limit, periodMicros), false);
  }

  static Counter bucket(long limit, long periodMicros, long burst) {
    return new Counter("bucket", new LimitSpec.TokenBucket(limit, periodMicros, burst), false);
  }

  static Counter yearly(String id, long limit) {
    return new Counter(
        id, new LimitSpec.CalendarWindow(limit, CalendarUnit.YEAR, ZoneId.of("UTC"), 1), true);
  }

  static Charge deny(Counter counter, String subject, long cost) {
    return new Charge(counter, subject, cost, false);
  }

  static Charge allow(Counter counter, String subject, long cost) {
    return new Charge(counter, subject, cost, true);
  }

  /** A month's sum of anything, as the ledger of a route. */
  static Counter ledger(String id) {
    return new Counter(
        id,
        new LimitSpec.CalendarWindow(LimitSpec.MAX_UNITS, CalendarUnit.MONTH, ZoneId.of("UTC"), 1),
        true);
  }

  /** Takes nothing, and fits where at least {@code needs} units are left. */
  static Charge needs(Counter counter, String subject, long needs) {
    return new Charge(counter, subject, 0, needs, false);
  }

  static void settle(Store store, Counter counter, String subject, long cost) {
    store.settle(List.of(new Charge(counter, subject, cost, false)));
  }

  static Outcome given(Store store, Charge... charges) {
    Outcome outcome = store.decide(List.of(charges)).given();
    if (outcome == null) {
      throw new AssertionError("the decision is pending");
    }
    return outcome;
  }
}
