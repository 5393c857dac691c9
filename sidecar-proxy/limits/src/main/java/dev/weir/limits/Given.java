package dev.weir.limits;

import java.util.function.Consumer;

/** A decision that was made at once. */
record Given(Outcome given) implements Decision {
  @Override
  public void onDecided(Consumer<Outcome> listener) {
    listener.accept(given);
  }
}
