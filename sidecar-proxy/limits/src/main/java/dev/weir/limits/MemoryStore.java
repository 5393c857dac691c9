package dev.weir.limits;

import dev.weir.limits.Outcome.ChargeState;
import dev.weir.limits.Outcome.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counters of this process alone; every decision is given at once.
 *
 * <p>The table is bounded. A full table forgets counters that use nothing now (window ended, bucket
 * full again). Where all are in use, a new subject is not let in to push out, and so reset,
 * another: its decision ends by the failure action of its charges, uncounted, and {@link #health()}
 * says so. So does a decision that only needs units, since what it leads to is settled. What is
 * settled is never refused: for that the table grows beyond its bound.
 */
public final class MemoryStore implements Store {

  private static final int DEFAULT_CAPACITY = 100_000;

  /** How many of the longest untouched counters are looked at to find one that can go. */
  private static final int LOOKED_AT = 64;

  private final int capacity;
  private final LongSupplier clock;
  private final Map<CounterKey, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private boolean full;

  private record Entry(MemoryCounter counter, LimitSpec spec) {}

  /** For 100,000 counters, by the system's clock. */
  public MemoryStore() {
    this(DEFAULT_CAPACITY, () -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
  }

  /**
   * For {@code capacity} counters at most.
   *
   * @param clock microseconds since the epoch
   */
  public MemoryStore(int capacity, LongSupplier clock) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, not " + capacity);
    }
    this.capacity = capacity;
    this.clock = clock;
  }

  @Override
  public void settle(List<Charge> charges) {
    settleNow(Charges.checked(charges));
  }

  private synchronized void settleNow(List<Charge> charges) {
    long now = clock.getAsLong();
    makeRoomFor(charges, now);
    for (Charge charge : charges) {
      if (charge.cost() > 0) {
        LimitSpec spec = charge.counter().spec();
        MemoryCounter counter = counter(charge, now);
        counter.take(charge.cost());
        entries.put(CounterKey.of(charge), new Entry(counter, spec));
      }
    }
  }

  @Override
  public Decision decide(List<Charge> charges) {
    return new Given(decideNow(Charges.checked(charges)));
  }

  private synchronized Outcome decideNow(List<Charge> charges) {
    long now = clock.getAsLong();
    List<MemoryCounter> counters = new ArrayList<>(charges.size());
    boolean all = true;
    for (Charge charge : charges) {
      MemoryCounter counter = counter(charge, now);
      counters.add(counter);
      all &= counter.fits(charge.counter().spec(), charge.needs());
    }
    if (all && !makeRoomFor(charges, now)) {
      return Charges.onFailure(charges);
    }
    List<ChargeState> states = new ArrayList<>(charges.size());
    for (int i = 0; i < charges.size(); i++) {
      Charge charge = charges.get(i);
      LimitSpec spec = charge.counter().spec();
      MemoryCounter counter = counters.get(i);
      boolean fits = counter.fits(spec, charge.needs());
      if (all && charge.cost() > 0) {
        counter.take(charge.cost());
        entries.put(CounterKey.of(charge), new Entry(counter, spec));
      }
      states.add(counter.state(spec, charge.needs(), fits, now));
    }
    return new Outcome(all ? Verdict.ADMITTED : Verdict.LIMITED, List.copyOf(states));
  }

  private MemoryCounter counter(Charge charge, long now) {
    Entry entry = entries.get(CounterKey.of(charge));
    LimitSpec spec = charge.counter().spec();
    MemoryCounter counter = entry == null ? MemoryCounter.of(spec, now) : entry.counter();
    counter.moveTo(spec, now);
    return counter;
  }

  private boolean makeRoomFor(List<Charge> charges, long now) {
    int wanted = entries.size();
    for (Charge charge : charges) {
      if (charge.needs() > 0 && !entries.containsKey(CounterKey.of(charge))) {
        wanted++;
      }
    }
    if (wanted == entries.size()) {
      return true;
    }
    int excess = Math.max(0, wanted - capacity);
    full = excess > 0 && forget(excess, charges, now) < excess;
    return !full;
  }

  private int forget(int excess, List<Charge> charges, long now) {
    int forgotten = 0;
    List<Map.Entry<CounterKey, Entry>> inUse = new ArrayList<>();
    Iterator<Map.Entry<CounterKey, Entry>> eldest = entries.entrySet().iterator();
    int most = LOOKED_AT + Math.min(excess, LOOKED_AT); // a table that has grown shrinks in steps
    for (int i = 0; i < most && forgotten < excess && eldest.hasNext(); i++) {
      Map.Entry<CounterKey, Entry> next = eldest.next();
      if (next.getValue().counter().unused(next.getValue().spec(), now)
          && !charged(charges, next)) {
        forgotten++;
        eldest.remove();
      } else {
        inUse.add(Map.entry(next.getKey(), next.getValue()));
      }
    }
    // Behind the others, so that the next search looks at other counters.
    inUse.forEach(next -> entries.get(next.getKey()));
    return forgotten;
  }

  private static boolean charged(List<Charge> charges, Map.Entry<CounterKey, Entry> entry) {
    return charges.stream().anyMatch(charge -> CounterKey.of(charge).equals(entry.getKey()));
  }

  @Override
  public synchronized Health health() {
    return new Health(
        false, !full, full ? "all " + capacity + " counters of this process are in use" : null);
  }

  @Override
  public void close() {}

  /** Size of the table, for tests. */
  synchronized int size() {
    return entries.size();
  }
}
