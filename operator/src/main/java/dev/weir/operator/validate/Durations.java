package dev.weir.operator.validate;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the schema has them: a whole number and one unit, such as {@code 30s}. */
public final class Durations {

  /** As many digits as the schema lets through; every match fits into a long. */
  private static final Pattern DURATION =
      Pattern.compile("([1-9][0-9]{0,7})s|([1-9][0-9]{0,5})m|([1-9][0-9]{0,3})h");

  private static final long[] MILLIS = {1000, 60_000, 3_600_000};

  private Durations() {}

  /** Milliseconds, or empty if the text is no duration. */
  public static OptionalLong millis(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (matcher.matches()) {
      for (int unit = 0; unit < MILLIS.length; unit++) {
        String number = matcher.group(unit + 1);
        if (number != null) {
          return OptionalLong.of(Long.parseLong(number) * MILLIS[unit]);
        }
      }
    }
    return OptionalLong.empty();
  }

  /**
   * One way to write each duration: the largest unit that divides it.
   *
   * @param millis whole seconds
   */
  public static String canonical(long millis) {
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    }
    return millis % 60_000 == 0 ? millis / 60_000 + "m" : millis / 1000 + "s";
  }
}
