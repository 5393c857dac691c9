package dev.weir.operator.reconcile;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;

/** Amounts for columns. */
final class Amounts {

  private static final String UNITS = "kMGTPE";
  private static final int HASH_LENGTH = 12;

  private Amounts() {}

  /** For example {@code 31.2M/82M (38%)}. */
  static String of(long used, long limit) {
    return "%s/%s (%d%%)".formatted(human(used), human(limit), percent(used, limit));
  }

  /** Rounded down, so that 100% means that nothing is left. */
  static int percent(long used, long limit) {
    if (limit <= 0) {
      return 100;
    }
    if (used <= Long.MAX_VALUE / 100) {
      return (int) Math.min(used * 100 / limit, Integer.MAX_VALUE);
    }
    return (int) Math.min((double) used / limit * 100, Integer.MAX_VALUE);
  }

  /** Exact below 10,000, else three digits, rounded down. */
  static String human(long amount) {
    if (amount < 10_000) {
      return Long.toString(amount);
    }
    long divisor = 1;
    int unit = -1;
    while (amount / divisor >= 1000) {
      divisor *= 1000;
      unit++;
    }
    long whole = amount / divisor;
    long tenth = amount % divisor / (divisor / 10);
    return (tenth == 0 || whole >= 100 ? "" + whole : whole + "." + tenth) + UNITS.charAt(unit);
  }

  /** Rounded up, so that 0% means that there is nothing of it. */
  static int percentUp(long part, long whole) {
    return whole <= 0 ? 0 : (int) Math.min(Math.ceilDiv(part * 100, whole), 100);
  }

  /** Exact, with two decimal places at least. */
  static String exact(BigDecimal amount) {
    BigDecimal plain = amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
    return plain.setScale(Math.max(2, plain.scale()), RoundingMode.UNNECESSARY).toPlainString();
  }

  /** Rounded to two decimal places, with the currency; several currencies side by side. */
  static String money(Map<String, BigDecimal> byCurrency) {
    return byCurrency.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            entry ->
                entry.getValue().setScale(2, RoundingMode.HALF_UP).toPlainString()
                    + " "
                    + entry.getKey())
        .collect(Collectors.joining(" + "));
  }

  /** Stands for a subject whose name is not to be shown. */
  static String hash(String subject) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(subject.getBytes(StandardCharsets.UTF_8)))
          .substring(0, HASH_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
