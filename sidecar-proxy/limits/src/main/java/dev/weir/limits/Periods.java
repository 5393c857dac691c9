package dev.weir.limits;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;

/**
 * A period of a window with its neighbours, as microseconds since the epoch; each end is the next
 * start.
 */
record Periods(long previousStart, long start, long end, long nextEnd) {

  /** The periods of a window around {@code nowMicros}; a token bucket has none. */
  static Periods of(LimitSpec spec, long nowMicros) {
    return switch (spec) {
      case LimitSpec.FixedWindow(long limit, long period) -> fixed(period, nowMicros);
      case LimitSpec.CalendarWindow calendar -> calendar(calendar, nowMicros);
      case LimitSpec.TokenBucket bucket ->
          throw new IllegalArgumentException("a token bucket has no periods");
    };
  }

  private static Periods fixed(long period, long now) {
    long start = Math.floorDiv(now, period) * period;
    return new Periods(start - period, start, start + period, start + 2 * period);
  }

  private static Periods calendar(LimitSpec.CalendarWindow spec, long now) {
    Instant start = startOf(spec, Instant.EPOCH.plus(now, ChronoUnit.MICROS));
    Instant end = endOf(spec, start);
    // Found by looking just before the start: a date that a zone skipped has no period.
    return new Periods(
        micros(startOf(spec, start.minusNanos(1000))),
        micros(start),
        micros(end),
        micros(endOf(spec, end)));
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static Instant startOf(LimitSpec.CalendarWindow spec, Instant now) {
    ZonedDateTime local = now.atZone(spec.zone());
    if (spec.unit() == CalendarUnit.HOUR) {
      return local.truncatedTo(ChronoUnit.HOURS).toInstant();
    }
    return midnight(startDate(spec, local.toLocalDate()), spec.zone());
  }

  /** The end of the period that begins at {@code start}. */
  private static Instant endOf(LimitSpec.CalendarWindow spec, Instant start) {
    if (spec.unit() == CalendarUnit.HOUR) {
      // Where clocks move by half an hour, a local hour can last longer than an hour.
      Instant later = start.plus(1, ChronoUnit.HOURS);
      while (!startOf(spec, later).isAfter(start)) {
        later = later.plus(15, ChronoUnit.MINUTES);
      }
      return startOf(spec, later);
    }
    LocalDate date = startDate(spec, start.atZone(spec.zone()).toLocalDate());
    LocalDate next = date;
    Instant end;
    do {
      next = nextDate(spec, next);
      end = midnight(next, spec.zone());
    } while (!end.isAfter(start));
    return end;
  }

  private static Instant midnight(LocalDate date, ZoneId zone) {
    return date.atStartOfDay(zone).toInstant();
  }

  private static LocalDate startDate(LimitSpec.CalendarWindow spec, LocalDate date) {
    return switch (spec.unit()) {
      case HOUR, DAY -> date;
      case WEEK -> date.minusDays(date.getDayOfWeek().getValue() - 1L);
      case MONTH, QUARTER, YEAR -> {
        YearMonth first = firstMonth(spec.unit(), YearMonth.from(date));
        LocalDate start = onDay(first, spec.startDay());
        yield date.isBefore(start)
            ? onDay(first.minusMonths(months(spec.unit())), spec.startDay())
            : start;
      }
    };
  }

  private static LocalDate nextDate(LimitSpec.CalendarWindow spec, LocalDate start) {
    return switch (spec.unit()) {
      case HOUR, DAY -> start.plusDays(1);
      case WEEK -> start.plusDays(7);
      case MONTH, QUARTER, YEAR ->
          onDay(YearMonth.from(start).plusMonths(months(spec.unit())), spec.startDay());
    };
  }

  private static YearMonth firstMonth(CalendarUnit unit, YearMonth month) {
    return switch (unit) {
      case QUARTER -> month.withMonth(month.get(IsoFields.QUARTER_OF_YEAR) * 3 - 2);
      case YEAR -> month.withMonth(1);
      default -> month;
    };
  }

  private static long months(CalendarUnit unit) {
    return switch (unit) {
      case QUARTER -> 3;
      case YEAR -> 12;
      default -> 1;
    };
  }

  private static LocalDate onDay(YearMonth month, int day) {
    return month.atDay(Math.min(day, month.lengthOfMonth()));
  }
}
