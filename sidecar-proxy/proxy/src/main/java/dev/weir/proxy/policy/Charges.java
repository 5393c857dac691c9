package dev.weir.proxy.policy;

import dev.weir.limits.Charge;
import dev.weir.protocol.Snapshot.FailureAction;
import java.util.ArrayList;
import java.util.List;

/** What one request is charged, and for which bounds. (NOT thread safe; one per request.) */
final class Charges {
  private final List<Bound> bounds = new ArrayList<>(4);
  private final List<Charge> charges = new ArrayList<>(4);

  /** Takes one request; of tokens nothing yet, but one must be left. */
  void add(Bound bound, String subject) {
    bounds.add(bound);
    charges.add(
        new Charge(
            bound.counter(),
            subject,
            bound.countsTokens() ? 0 : 1,
            1,
            bound.onFailure() == FailureAction.ALLOW));
  }

  /** In the order of {@link #charges()}. */
  List<Bound> bounds() {
    return bounds;
  }

  List<Charge> charges() {
    return charges;
  }

  /** The tokens that a call used, one charge for each of these bounds that counts any of them. */
  List<Charge> settling(DisjointTokens tokens) {
    List<Charge> settling = new ArrayList<>(bounds.size() + Ledger.MOST_LINES);
    for (int i = 0; i < bounds.size(); i++) {
      long amount = tokens.counted(bounds.get(i).unit());
      if (amount > 0) {
        Charge asked = charges.get(i);
        settling.add(new Charge(asked.counter(), asked.subject(), amount, asked.allowOnFailure()));
      }
    }
    return settling;
  }
}
