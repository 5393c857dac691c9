package dev.weir.limits;

import java.time.ZoneId;

/** How one counter counts. Amounts are whole units, times are microseconds. */
public sealed interface LimitSpec {

  /** The largest amount, 2^53: up to here every store counts exactly. */
  long MAX_UNITS = 1L << 53;

  /** Units per period, 0..{@link #MAX_UNITS}. */
  long limit();

  /** A window of fixed length, aligned to the epoch in UTC. */
  record FixedWindow(long limit, long periodMicros) implements LimitSpec {
    public FixedWindow {
      requireUnits("limit", limit);
      requirePeriod(periodMicros);
    }
  }

  /**
   * A bucket of {@code burst} units that gains {@code limit} units evenly in each period. With
   * {@code limit} 0 it holds nothing.
   */
  record TokenBucket(long limit, long periodMicros, long burst) implements LimitSpec {
    public TokenBucket {
      requireUnits("limit", limit);
      requireUnits("burst", burst);
      requirePeriod(periodMicros);
    }
  }

  /**
   * A calendar period in a time zone.
   *
   * @param startDay 1..31, where months, quarters and years begin; the last day of shorter months
   */
  record CalendarWindow(long limit, CalendarUnit unit, ZoneId zone, int startDay)
      implements LimitSpec {
    public CalendarWindow {
      requireUnits("limit", limit);
      if (startDay < 1 || startDay > 31) {
        throw new IllegalArgumentException("startDay must be 1..31, not " + startDay);
      }
    }
  }

  private static void requireUnits(String name, long value) {
    if (value < 0 || value > MAX_UNITS) {
      throw new IllegalArgumentException(name + " must be 0..2^53, not " + value);
    }
  }

  private static void requirePeriod(long periodMicros) {
    // 100 years: sums of a few periods and a time since the epoch stay exact in a double.
    if (periodMicros < 1 || periodMicros > 3_155_760_000_000_000L) {
      throw new IllegalArgumentException(
          "periodMicros must be 1 to 100 years, not " + periodMicros);
    }
  }
}
