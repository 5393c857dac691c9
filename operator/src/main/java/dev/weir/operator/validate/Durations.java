package dev.weir.operator.validate;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 1m}, {@code 1h30m}, {@code 500ms}. */
public final class Durations {

  private static final Pattern WHOLE = Pattern.compile("(?:[0-9]{1,18}(?:ms|s|m|h|d))+");
  private static final Pattern PART = Pattern.compile("([0-9]+)(ms|s|m|h|d)");

  private Durations() {}

  /** Milliseconds, or empty if the text is no duration or is larger than a long can hold. */
  public static OptionalLong millis(String text) {
    if (!WHOLE.matcher(text).matches()) {
      return OptionalLong.empty();
    }
    try {
      long sum = 0;
      Matcher part = PART.matcher(text);
      while (part.find()) {
        long unit =
            switch (part.group(2)) {
              case "ms" -> 1L;
              case "s" -> 1000L;
              case "m" -> 60_000L;
              case "h" -> 3_600_000L;
              default -> 86_400_000L;
            };
        sum = Math.addExact(sum, Math.multiplyExact(Long.parseLong(part.group(1)), unit));
      }
      return OptionalLong.of(sum);
    } catch (ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  /** One way to write each duration: the largest unit that divides it. */
  public static String canonical(long millis) {
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
