package dev.weir.operator.reconcile;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whether this replica leads, and since when. A replica that loses the lead ends. Thread-safe. */
public final class Leadership {

  private final Clock clock;
  private final List<Consumer<Instant>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable Instant since;

  public Leadership(Clock clock) {
    this.clock = clock;
  }

  /** Tells the listener when the lead is taken. */
  void onTaken(Consumer<Instant> listener) {
    listeners.add(listener);
  }

  /** This replica leads from now on. */
  public void take() {
    Instant now = clock.instant();
    listeners.forEach(listener -> listener.accept(now));
    since = now;
  }

  /** Empty while another replica leads, or none. */
  public Optional<Instant> since() {
    return Optional.ofNullable(since);
  }

  /** Whether this replica leads. */
  public boolean held() {
    return since != null;
  }
}
