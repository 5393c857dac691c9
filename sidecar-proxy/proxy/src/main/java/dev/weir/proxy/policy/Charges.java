package dev.weir.proxy.policy;

import dev.weir.limits.Charge;
import dev.weir.protocol.Snapshot.FailureAction;
import java.util.ArrayList;
import java.util.List;

/** What one request is charged, and for which bounds. (NOT thread safe; one per request.) */
final class Charges {
  private final List<Bound> bounds = new ArrayList<>(4);
  private final List<Charge> charges = new ArrayList<>(4);

  void add(Bound bound, String subject) {
    bounds.add(bound);
    charges.add(new Charge(bound.counter(), subject, 1, bound.onFailure() == FailureAction.ALLOW));
  }

  /** In the order of {@link #charges()}. */
  List<Bound> bounds() {
    return bounds;
  }

  List<Charge> charges() {
    return charges;
  }
}
