package dev.weir.limits;

import java.time.ZoneId;

/** How one counter counts. Amounts are whole units, times are microseconds. */
public sealed interface LimitSpec {

  /** Units per period, at least 0. */
  long limit();

  /** A window of fixed length, aligned to the epoch in UTC. */
  record FixedWindow(long limit, long periodMicros) implements LimitSpec {}

  /** A bucket of {@code burst} units that gains {@code limit} units evenly in each period. */
  record TokenBucket(long limit, long periodMicros, long burst) implements LimitSpec {}

  /**
   * A calendar period in a time zone.
   *
   * @param startDay 1..31, where months, quarters and years begin; the last day of shorter months
   */
  record CalendarWindow(long limit, CalendarUnit unit, ZoneId zone, int startDay)
      implements LimitSpec {}
}
