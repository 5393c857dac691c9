package dev.weir.limits;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An outcome that is <em>given</em> at once or still <em>pending</em>. */
public interface Decision {

  /** The outcome, or null while it is pending. Any thread. */
  @Nullable Outcome given();

  /**
   * Calls {@code listener} exactly once: at once on this thread when given, else later on the
   * store's thread. At most one listener; it must not block or throw.
   */
  void onDecided(Consumer<Outcome> listener);
}
