package dev.weir.proxy.policy;

import dev.weir.limits.CalendarUnit;
import dev.weir.limits.Charge;
import dev.weir.limits.Counter;
import dev.weir.limits.LimitSpec;
import dev.weir.protocol.Snapshot;
import dev.weir.protocol.Snapshot.ModelLedger;
import dev.weir.protocol.Snapshot.ProviderLedger;
import dev.weir.proxy.config.RefusedException;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The numbers of a route that the operator reads for status. Immutable. */
final class Ledger {
  /** The most lines that one call adds to. */
  static final int MOST_LINES = 8;

  private final Counter counter;

  private Ledger(Snapshot.Route route) {
    this.counter =
        new Counter(
            route.counter(),
            new LimitSpec.CalendarWindow(
                LimitSpec.MAX_UNITS, CalendarUnit.MONTH, ZoneOffset.UTC, 1),
            true);
  }

  /**
   * The ledger of a route.
   *
   * @throws RefusedException when a call could not be told in it
   */
  static Ledger compile(Snapshot.Route route) throws RefusedException {
    Map<String, ProviderLedger> providers = new HashMap<>();
    for (Snapshot.Provider provider : route.providers()) {
      providers.put(provider.name(), provider.ledger());
    }
    for (Snapshot.Model model : route.models()) {
      ProviderLedger provider = providers.get(model.provider());
      if (provider == null) {
        throw new RefusedException(
            "LlmRoute/"
                + route.name()
                + " has no provider \""
                + model.provider()
                + "\", which its model \""
                + model.name()
                + "\" names");
      }
      String twice = firstTwice(model.ledger(), provider);
      if (twice != null) {
        throw new RefusedException(
            "LlmRoute/"
                + route.name()
                + " counts two numbers of its model \""
                + model.name()
                + "\" as "
                + twice);
      }
    }
    return new Ledger(route);
  }

  /** A store takes no line twice in one settlement. */
  private static @Nullable String firstTwice(ModelLedger model, ProviderLedger provider) {
    Set<String> lines = new HashSet<>();
    for (String line :
        List.of(
            model.requests(),
            model.input(),
            model.cachedInput(),
            model.output(),
            model.reasoning(),
            model.estimated(),
            provider.requests(),
            provider.errors())) {
      if (!lines.add(line)) {
        return line;
      }
    }
    return null;
  }

  /** Adds one line for each number that the call moves. */
  void add(List<Charge> charges, Settlement settlement, DisjointTokens tokens) {
    ModelLedger model = settlement.model().ledger();
    ProviderLedger provider = settlement.provider().ledger();
    add(charges, model.requests(), 1);
    add(charges, model.input(), tokens.input());
    add(charges, model.cachedInput(), tokens.cachedInput());
    add(charges, model.output(), tokens.output());
    add(charges, model.reasoning(), tokens.reasoning());
    add(charges, model.estimated(), settlement.estimated() ? tokens.total() : 0);
    add(charges, provider.requests(), 1);
    add(charges, provider.errors(), settlement.failed() ? 1 : 0);
  }

  private void add(List<Charge> charges, String line, long amount) {
    if (amount > 0) {
      charges.add(new Charge(counter, line, amount, true));
    }
  }
}
