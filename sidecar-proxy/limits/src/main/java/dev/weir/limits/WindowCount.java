package dev.weir.limits;

/** What one subject used in its window (NOT thread safe). */
final class WindowCount {

  /** Far beyond what counts exactly, and what settles go over it by. */
  private static final long MOST = 1L << 62;

  private long end;
  private long used;

  long used() {
    return used;
  }

  long end() {
    return end;
  }

  void take(long cost) {
    used = Math.min(used + cost, MOST);
  }

  /**
   * Begins anew when the window has ended. So a clock that goes back gives nothing twice, and where
   * a calendar was edited the new one begins after the running window.
   */
  void moveTo(Periods periods, long nowMicros) {
    if (nowMicros >= end) {
      used = 0;
      end = periods.end();
    } else if (end > periods.nextEnd()) { // written while the clock was far ahead
      end = periods.end();
    }
  }
}
