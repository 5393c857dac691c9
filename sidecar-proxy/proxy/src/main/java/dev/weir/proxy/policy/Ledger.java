package dev.weir.proxy.policy;

import dev.weir.limits.CalendarUnit;
import dev.weir.limits.Charge;
import dev.weir.limits.Counter;
import dev.weir.limits.LimitSpec;
import dev.weir.protocol.Snapshot.ModelLedger;
import dev.weir.protocol.Snapshot.ProviderLedger;
import java.time.ZoneOffset;
import java.util.List;

/** The numbers of a route that the operator reads for status. Immutable. */
final class Ledger {
  /** The most lines that one call adds to. */
  static final int MOST_LINES = 8;

  private final Counter counter;

  Ledger(String counter) {
    this.counter =
        new Counter(
            counter,
            new LimitSpec.CalendarWindow(
                LimitSpec.MAX_UNITS, CalendarUnit.MONTH, ZoneOffset.UTC, 1),
            true);
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
