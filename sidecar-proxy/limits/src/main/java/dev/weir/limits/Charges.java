package dev.weir.limits;

import java.util.List;

/** What holds for the charges of every decision. */
final class Charges {

  static final int MAX = 64;

  private Charges() {}

  static List<Charge> checked(List<Charge> charges) {
    if (charges.size() > MAX) {
      throw new IllegalArgumentException(
          charges.size() + " charges in one decision; at most " + MAX + " are possible");
    }
    for (int i = 1; i < charges.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (CounterKey.of(charges.get(i)).equals(CounterKey.of(charges.get(j)))) {
          throw new IllegalArgumentException(
              "counter " + charges.get(i).counter().id() + " is charged twice for one subject");
        }
      }
    }
    return List.copyOf(charges);
  }

  static boolean allAllowOnFailure(List<Charge> charges) {
    for (Charge charge : charges) {
      if (!charge.allowOnFailure()) {
        return false;
      }
    }
    return true;
  }

  static Outcome onFailure(List<Charge> charges) {
    return new Outcome(
        allAllowOnFailure(charges)
            ? Outcome.Verdict.ALLOWED_ON_FAILURE
            : Outcome.Verdict.DENIED_ON_FAILURE,
        List.of());
  }
}
