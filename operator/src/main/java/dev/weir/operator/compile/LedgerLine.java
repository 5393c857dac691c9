package dev.weir.operator.compile;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One number that a route's ledger keeps. Its {@link #text()} is a subject of the route's counter:
 * sidecars add to it and know nothing of its meaning. The price is a part of it, so that each token
 * stays priced as it was when it was used.
 */
public sealed interface LedgerLine {

  /** The classes of tokens; they are disjoint. */
  enum Tokens {
    INPUT("input"),
    CACHED_INPUT("cachedInput"),
    OUTPUT("output"),
    REASONING("reasoning");

    private final String word;

    Tokens(String word) {
      this.word = word;
    }
  }

  /**
   * What tokens cost.
   *
   * @param currency ISO 4217
   * @param per how many tokens {@code amount} is for, a power of ten
   */
  record UnitPrice(String currency, long per, BigDecimal amount) {

    /** The same price is the same line, whichever way it is written. */
    public UnitPrice {
      amount = amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
    }

    /** What so many tokens cost, exactly. */
    public BigDecimal of(long tokens) {
      return amount.multiply(BigDecimal.valueOf(tokens)).divide(BigDecimal.valueOf(per));
    }
  }

  /**
   * Tokens of a model.
   *
   * @param price null if nobody said
   */
  record Used(Tokens tokens, @Nullable UnitPrice price, String model) implements LedgerLine {
    @Override
    public String text() {
      String priced =
          price == null
              ? NO_PRICE
              : price.currency() + "/" + price.per() + "/" + price.amount().toPlainString();
      return "m/" + tokens.word + "/" + priced + "/" + model;
    }
  }

  /** Calls of a model. */
  record ModelRequests(String model) implements LedgerLine {
    @Override
    public String text() {
      return "m/requests/" + model;
    }
  }

  /** Tokens of a model that no provider confirmed. */
  record Estimated(String model) implements LedgerLine {
    @Override
    public String text() {
      return "m/estimated/" + model;
    }
  }

  /** Calls that reached for a provider. */
  record ProviderRequests(String provider) implements LedgerLine {
    @Override
    public String text() {
      return "p/requests/" + provider;
    }
  }

  /** Those of them that failed. */
  record ProviderErrors(String provider) implements LedgerLine {
    @Override
    public String text() {
      return "p/errors/" + provider;
    }
  }

  /** In the place of a price; no currency. */
  String NO_PRICE = "-";

  /** Models' names, which may hold slashes, come last. */
  Pattern USED =
      Pattern.compile(
          "m/([a-zA-Z]+)/(?:-|([A-Z]{3})/(10{0,17})/([0-9]{1,20}(?:[.][0-9]{1,20})?))/(.+)",
          Pattern.DOTALL);

  Pattern COUNT =
      Pattern.compile("(m/requests|m/estimated|p/requests|p/errors)/(.+)", Pattern.DOTALL);

  /** The subject of the counter. */
  String text();

  /** Reads what {@link #text} wrote; empty for what another release wrote. */
  static Optional<LedgerLine> parse(String text) {
    Matcher count = COUNT.matcher(text);
    if (count.matches()) {
      String name = count.group(2);
      return Optional.of(
          switch (count.group(1)) {
            case "m/requests" -> new ModelRequests(name);
            case "m/estimated" -> new Estimated(name);
            case "p/requests" -> new ProviderRequests(name);
            default -> new ProviderErrors(name);
          });
    }
    Matcher used = USED.matcher(text);
    if (used.matches()) {
      for (Tokens tokens : Tokens.values()) {
        if (tokens.word.equals(used.group(1))) {
          return Optional.of(new Used(tokens, price(used), used.group(5)));
        }
      }
    }
    return Optional.empty();
  }

  private static @Nullable UnitPrice price(Matcher used) {
    return used.group(2) == null
        ? null
        : new UnitPrice(
            used.group(2), Long.parseLong(used.group(3)), new BigDecimal(used.group(4)));
  }
}
