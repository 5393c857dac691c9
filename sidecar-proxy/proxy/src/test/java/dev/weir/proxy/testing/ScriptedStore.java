package dev.weir.proxy.testing;

import dev.weir.limits.Charge;
import dev.weir.limits.Decision;
import dev.weir.limits.Outcome;
import dev.weir.limits.Outcome.ChargeState;
import dev.weir.limits.Outcome.Verdict;
import dev.weir.limits.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts in one endless window, or waits, or does not answer, as a test wants. */
public final class ScriptedStore implements Store {
  private static final long WINDOW_MICROS = 30_000_001;

  /** How decisions are made. */
  public enum Mode {
    GIVEN,
    PENDING,
    FAILING
  }

  private final Map<String, Long> used = new HashMap<>();
  private final List<Runnable> pending = new ArrayList<>();
  private volatile Mode mode = Mode.GIVEN;
  private volatile boolean closed;

  public void mode(Mode next) {
    mode = next;
  }

  public boolean closed() {
    return closed;
  }

  public synchronized long used(String counter, String subject) {
    return used.getOrDefault(counter + '\0' + subject, 0L);
  }

  public synchronized int waiting() {
    return pending.size();
  }

  /** Lets all pending decisions be made, on this thread. */
  public void release() {
    List<Runnable> due;
    synchronized (this) {
      due = List.copyOf(pending);
      pending.clear();
    }
    due.forEach(Runnable::run);
  }

  @Override
  public synchronized void settle(List<Charge> charges) {
    for (Charge charge : charges) {
      used.merge(charge.counter().id() + '\0' + charge.subject(), charge.cost(), Long::sum);
    }
  }

  @Override
  public synchronized Decision decide(List<Charge> charges) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    switch (mode) {
      case GIVEN -> outcome.complete(count(charges));
      case PENDING -> pending.add(() -> outcome.complete(count(charges)));
      case FAILING ->
          outcome.complete(
              new Outcome(
                  charges.stream().allMatch(Charge::allowOnFailure)
                      ? Verdict.ALLOWED_ON_FAILURE
                      : Verdict.DENIED_ON_FAILURE,
                  List.of()));
    }
    return new Decision() {
      @Override
      public @Nullable Outcome given() {
        return outcome.getNow(null);
      }

      @Override
      public void onDecided(Consumer<Outcome> listener) {
        var _ = outcome.thenAccept(listener);
      }
    };
  }

  private synchronized Outcome count(List<Charge> charges) {
    boolean all =
        charges.stream().allMatch(c -> usedBy(c) + c.cost() <= c.counter().spec().limit());
    List<ChargeState> states = new ArrayList<>();
    for (Charge charge : charges) {
      long limit = charge.counter().spec().limit();
      boolean fits = usedBy(charge) + charge.cost() <= limit;
      if (all) {
        used.merge(charge.counter().id() + '\0' + charge.subject(), charge.cost(), Long::sum);
      }
      states.add(
          new ChargeState(fits, limit - usedBy(charge), WINDOW_MICROS, fits ? 0 : WINDOW_MICROS));
    }
    return new Outcome(all ? Verdict.ADMITTED : Verdict.LIMITED, states);
  }

  private long usedBy(Charge charge) {
    return used(charge.counter().id(), charge.subject());
  }

  @Override
  public Health health() {
    return new Health(true, mode != Mode.FAILING, mode == Mode.FAILING ? "down" : null);
  }

  @Override
  public void close() {
    closed = true;
  }
}
