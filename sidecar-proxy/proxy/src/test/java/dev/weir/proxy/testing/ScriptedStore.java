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

/**
 * Counts up to each counter's limit in one endless window, or waits, or does not answer, as a test
 * wants.
 */
public final class ScriptedStore implements Store {
  private static final long WINDOW_MICROS = 30_000_001;

  /** How decisions are made. */
  public enum Mode {
    GIVEN,
    PENDING,
    FAILING
  }

  private final Map<String, Long> used = new HashMap<>();
  private final Map<String, Long> resetMicros = new HashMap<>();
  private final List<Runnable> pending = new ArrayList<>();
  private final List<List<Charge>> decided = new ArrayList<>();
  private final List<List<Charge>> settled = new ArrayList<>();
  private volatile Mode mode = Mode.GIVEN;
  private volatile boolean closed;
  private volatile boolean broken;

  public void mode(Mode next) {
    mode = next;
  }

  /** So long a counter's window still takes; 30 s and a little when nothing is said. */
  public synchronized void resets(String counter, long micros) {
    resetMicros.put(counter, micros);
  }

  /** From now on it has a bug. */
  public void breakSettling() {
    broken = true;
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

  /** What it was asked to decide, in order. */
  public synchronized List<List<Charge>> decided() {
    return List.copyOf(decided);
  }

  /** What was settled, one list a call. */
  public synchronized List<List<Charge>> settled() {
    return List.copyOf(settled);
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
    if (broken) {
      throw new IllegalStateException("as a test wants");
    }
    settled.add(checked(charges));
    charges.forEach(this::take);
  }

  @Override
  public synchronized Decision decide(List<Charge> charges) {
    decided.add(checked(charges));
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
    boolean all = charges.stream().allMatch(this::fits);
    List<ChargeState> states = new ArrayList<>();
    for (Charge charge : charges) {
      boolean fits = fits(charge);
      if (all) {
        take(charge);
      }
      long left = Math.max(0, charge.counter().spec().limit() - usedBy(charge));
      long reset = resetMicros.getOrDefault(charge.counter().id(), WINDOW_MICROS);
      states.add(new ChargeState(fits, left, reset, fits ? 0 : reset));
    }
    return new Outcome(all ? Verdict.ADMITTED : Verdict.LIMITED, states);
  }

  private boolean fits(Charge charge) {
    return usedBy(charge) + charge.needs() <= charge.counter().spec().limit()
        || charge.needs() == 0;
  }

  private void take(Charge charge) {
    used.merge(charge.counter().id() + '\0' + charge.subject(), charge.cost(), Long::sum);
  }

  /** What every store asks of its charges. */
  private static List<Charge> checked(List<Charge> charges) {
    long different =
        charges.stream().map(c -> c.counter().id() + '\0' + c.subject()).distinct().count();
    if (charges.size() > 64 || different < charges.size()) {
      throw new IllegalArgumentException("more than 64 charges, or one counter twice: " + charges);
    }
    return List.copyOf(charges);
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
