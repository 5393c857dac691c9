package dev.weir.limits;

/**
 * The calendar periods; weeks begin on Monday (ISO 8601), quarters in January, April, July and
 * October.
 */
public enum CalendarUnit {
  HOUR,
  DAY,
  WEEK,
  MONTH,
  QUARTER,
  YEAR
}
