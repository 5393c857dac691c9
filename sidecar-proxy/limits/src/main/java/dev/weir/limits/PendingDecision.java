package dev.weir.limits;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A decision that waits for an answer. Thread-safe; decided once. */
final class PendingDecision implements Decision {

  private final List<Charge> charges;
  private @Nullable Outcome outcome;
  private @Nullable Consumer<Outcome> listener;

  PendingDecision(List<Charge> charges) {
    this.charges = charges;
  }

  List<Charge> charges() {
    return charges;
  }

  @Override
  public synchronized @Nullable Outcome given() {
    return outcome;
  }

  @Override
  public void onDecided(Consumer<Outcome> toCall) {
    Outcome decided;
    synchronized (this) {
      if (listener != null) {
        throw new IllegalStateException("a decision has one listener, and this one has it already");
      }
      listener = toCall;
      decided = outcome;
    }
    if (decided != null) {
      toCall.accept(decided);
    }
  }

  void decided(Outcome decided) {
    Consumer<Outcome> toCall;
    synchronized (this) {
      outcome = decided;
      toCall = listener;
    }
    if (toCall != null) {
      toCall.accept(decided);
    }
  }
}
