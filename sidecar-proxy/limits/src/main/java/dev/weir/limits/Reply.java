package dev.weir.limits;

import java.util.List;

/** A script's reply, read from left to right (NOT thread safe). */
final class Reply {

  private final List<Object> values;
  private final long status;
  private final long nowMicros;
  private int next;

  Reply(List<Object> values) {
    this.values = values;
    this.status = next();
    this.nowMicros = next();
  }

  /** Whether the call was older than one that the store has seen: nothing was done. */
  boolean late() {
    return status == 0;
  }

  /** Whether the calendar periods of the call were far from the store's time: nothing was done. */
  boolean otherTime() {
    return status == 2;
  }

  /** The store's time, since the epoch. */
  long nowMicros() {
    return nowMicros;
  }

  boolean hasNext() {
    return next < values.size();
  }

  long next() {
    Object value = values.get(next++);
    if (value instanceof Long number) {
      return number;
    }
    // Scores come as text.
    return (long) Double.parseDouble(String.valueOf(value));
  }

  String nextText() {
    return String.valueOf(values.get(next++));
  }
}
