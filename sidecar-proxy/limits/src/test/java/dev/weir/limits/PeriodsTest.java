package dev.weir.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.limits.LimitSpec.CalendarWindow;
import dev.weir.limits.LimitSpec.FixedWindow;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeriodsTest {

  @ParameterizedTest
  @CsvSource({
    "1234, 1, 1234",
    "1234, 60, 1200",
    "1000000, 3600, 997200",
    "1000000, 86400, 950400",
    "0, 60, 0",
    "59, 60, 0",
    "60, 60, 60"
  })
  void fixedWindowsAreAlignedToTheEpoch(long nowSeconds, long periodSeconds, long startSeconds) {
    Periods periods =
        Periods.of(new FixedWindow(1, periodSeconds * 1_000_000), nowSeconds * 1_000_000);
    assertThat(periods)
        .isEqualTo(
            new Periods(
                (startSeconds - periodSeconds) * 1_000_000,
                startSeconds * 1_000_000,
                (startSeconds + periodSeconds) * 1_000_000,
                (startSeconds + 2 * periodSeconds) * 1_000_000));
  }

  @ParameterizedTest
  @CsvSource({
    // hours; clocks forward, back, and by half an hour both ways
    "HOUR, UTC, 1, 2026-03-04T10:59:59.999999Z, 2026-03-04T09:00:00Z, 2026-03-04T10:00:00Z,"
        + " 2026-03-04T11:00:00Z, 2026-03-04T12:00:00Z",
    "HOUR, Asia/Kolkata, 1, 2026-03-04T10:10:00Z, 2026-03-04T08:30:00Z, 2026-03-04T09:30:00Z,"
        + " 2026-03-04T10:30:00Z, 2026-03-04T11:30:00Z",
    "HOUR, Europe/Berlin, 1, 2026-03-29T01:30:00Z, 2026-03-29T00:00:00Z, 2026-03-29T01:00:00Z,"
        + " 2026-03-29T02:00:00Z, 2026-03-29T03:00:00Z",
    "HOUR, Europe/Berlin, 1, 2026-10-25T01:30:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z,"
        + " 2026-10-25T02:00:00Z, 2026-10-25T03:00:00Z",
    "HOUR, Australia/Lord_Howe, 1, 2026-04-04T14:30:00Z, 2026-04-04T13:00:00Z,"
        + " 2026-04-04T14:00:00Z, 2026-04-04T15:30:00Z, 2026-04-04T16:30:00Z",
    "HOUR, Australia/Lord_Howe, 1, 2026-10-03T15:40:00Z, 2026-10-03T14:30:00Z,"
        + " 2026-10-03T15:30:00Z, 2026-10-03T16:00:00Z, 2026-10-03T17:00:00Z",
    // days of 24, 23 and 25 hours, one that begins at 01:00, one that a zone skipped
    "DAY, UTC, 1, 2026-03-04T00:00:00Z, 2026-03-03T00:00:00Z, 2026-03-04T00:00:00Z,"
        + " 2026-03-05T00:00:00Z, 2026-03-06T00:00:00Z",
    "DAY, Europe/Berlin, 1, 2026-03-29T12:00:00Z, 2026-03-27T23:00:00Z, 2026-03-28T23:00:00Z,"
        + " 2026-03-29T22:00:00Z, 2026-03-30T22:00:00Z",
    "DAY, Europe/Berlin, 1, 2026-10-25T12:00:00Z, 2026-10-23T22:00:00Z, 2026-10-24T22:00:00Z,"
        + " 2026-10-25T23:00:00Z, 2026-10-26T23:00:00Z",
    "DAY, America/Sao_Paulo, 1, 2018-11-04T12:00:00Z, 2018-11-03T03:00:00Z, 2018-11-04T03:00:00Z,"
        + " 2018-11-05T02:00:00Z, 2018-11-06T02:00:00Z",
    "DAY, Pacific/Apia, 1, 2011-12-30T09:00:00Z, 2011-12-28T10:00:00Z, 2011-12-29T10:00:00Z,"
        + " 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z",
    "DAY, Pacific/Apia, 1, 2011-12-30T11:00:00Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z,"
        + " 2011-12-31T10:00:00Z, 2012-01-01T10:00:00Z",
    // weeks begin on Monday
    "WEEK, UTC, 1, 2026-01-01T12:00:00Z, 2025-12-22T00:00:00Z, 2025-12-29T00:00:00Z,"
        + " 2026-01-05T00:00:00Z, 2026-01-12T00:00:00Z",
    "WEEK, America/New_York, 1, 2026-11-02T04:59:00Z, 2026-10-19T04:00:00Z, 2026-10-26T04:00:00Z,"
        + " 2026-11-02T05:00:00Z, 2026-11-09T05:00:00Z",
    // months; start days that some months lack, leap years
    "MONTH, UTC, 1, 2026-01-31T23:59:59Z, 2025-12-01T00:00:00Z, 2026-01-01T00:00:00Z,"
        + " 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
    "MONTH, UTC, 15, 2026-01-14T00:00:00Z, 2025-11-15T00:00:00Z, 2025-12-15T00:00:00Z,"
        + " 2026-01-15T00:00:00Z, 2026-02-15T00:00:00Z",
    "MONTH, UTC, 31, 2026-02-28T00:00:00Z, 2026-01-31T00:00:00Z, 2026-02-28T00:00:00Z,"
        + " 2026-03-31T00:00:00Z, 2026-04-30T00:00:00Z",
    "MONTH, UTC, 31, 2026-02-27T23:59:59Z, 2025-12-31T00:00:00Z, 2026-01-31T00:00:00Z,"
        + " 2026-02-28T00:00:00Z, 2026-03-31T00:00:00Z",
    "MONTH, UTC, 30, 2028-02-29T00:00:00Z, 2028-01-30T00:00:00Z, 2028-02-29T00:00:00Z,"
        + " 2028-03-30T00:00:00Z, 2028-04-30T00:00:00Z",
    "MONTH, UTC, 29, 2026-03-01T00:00:00Z, 2026-01-29T00:00:00Z, 2026-02-28T00:00:00Z,"
        + " 2026-03-29T00:00:00Z, 2026-04-29T00:00:00Z",
    "MONTH, Asia/Tokyo, 1, 2026-04-30T15:00:00Z, 2026-03-31T15:00:00Z, 2026-04-30T15:00:00Z,"
        + " 2026-05-31T15:00:00Z, 2026-06-30T15:00:00Z",
    // quarters and years
    "QUARTER, UTC, 1, 2026-02-10T00:00:00Z, 2025-10-01T00:00:00Z, 2026-01-01T00:00:00Z,"
        + " 2026-04-01T00:00:00Z, 2026-07-01T00:00:00Z",
    "QUARTER, UTC, 31, 2026-04-29T00:00:00Z, 2025-10-31T00:00:00Z, 2026-01-31T00:00:00Z,"
        + " 2026-04-30T00:00:00Z, 2026-07-31T00:00:00Z",
    "YEAR, UTC, 1, 2028-12-31T23:59:59Z, 2027-01-01T00:00:00Z, 2028-01-01T00:00:00Z,"
        + " 2029-01-01T00:00:00Z, 2030-01-01T00:00:00Z",
    "YEAR, Europe/London, 6, 2026-01-05T00:00:00Z, 2024-01-06T00:00:00Z, 2025-01-06T00:00:00Z,"
        + " 2026-01-06T00:00:00Z, 2027-01-06T00:00:00Z"
  })
  void calendarPeriods(
      CalendarUnit unit,
      String zone,
      int startDay,
      Instant now,
      Instant previous,
      Instant start,
      Instant end,
      Instant nextEnd) {
    CalendarWindow spec = new CalendarWindow(1, unit, ZoneId.of(zone), startDay);
    assertThat(Periods.of(spec, micros(now)))
        .isEqualTo(new Periods(micros(previous), micros(start), micros(end), micros(nextEnd)));
  }

  @Property(tries = 3000)
  void periodsJoinWithoutGapOrOverlap(
      @ForAll CalendarUnit unit,
      @ForAll @IntRange(min = 1, max = 31) int startDay,
      @ForAll @IntRange(max = 6) int zone,
      @ForAll @LongRange(min = 0, max = 4_102_444_800L) long nowSeconds) {
    String[] zones = {
      "UTC",
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
      "America/Sao_Paulo",
      "Pacific/Auckland"
    };
    CalendarWindow spec = new CalendarWindow(1, unit, ZoneId.of(zones[zone]), startDay);
    long now = nowSeconds * 1_000_000;
    Periods periods = Periods.of(spec, now);
    assertThat(periods.start()).isLessThanOrEqualTo(now).isGreaterThan(periods.previousStart());
    assertThat(periods.end()).isGreaterThan(now).isLessThan(periods.nextEnd());
    Periods next = Periods.of(spec, periods.end());
    assertThat(next.previousStart()).isEqualTo(periods.start());
    assertThat(next.start()).isEqualTo(periods.end());
    assertThat(next.end()).isEqualTo(periods.nextEnd());
    Periods last = Periods.of(spec, periods.end() - 1);
    assertThat(last).isEqualTo(periods);
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
