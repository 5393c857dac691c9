package dev.weir.limits;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The counters that this holder has a part in (NOT thread safe: guarded by the store's lock),
 * bounded: the longest untouched go first, those that are over before those in use, those that wait
 * to be asserted never. Only what is to be settled is kept beyond the bound.
 */
final class Holdings {

  private static final int LOOKED_AT = 16;

  private final int capacity;
  private final Map<CounterKey, Holding> byKey = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<CounterKey> dirty = new LinkedHashSet<>();
  private boolean forgotSome;

  Holdings(int capacity) {
    this.capacity = capacity;
  }

  /** The holding that a charge is of; made when missing, dirty until a call is answered. */
  Holding asserting(Charge charge, long nowMicros) {
    Holding holding = of(charge, nowMicros);
    holding.markDirty();
    dirty.add(CounterKey.of(charge));
    return holding;
  }

  private Holding of(Charge charge, long nowMicros) {
    CounterKey key = CounterKey.of(charge);
    Holding holding = byKey.get(key);
    if (holding == null) {
      makeRoom(nowMicros);
      holding = new Holding(charge, forgotSome ? Holding.UNKNOWN : 0);
      byKey.put(key, holding);
    }
    holding.charged(charge);
    return holding;
  }

  /** All counters in use are to be asserted: the store may have lost them. */
  void markAllDirty(long nowMicros) {
    byKey.forEach(
        (key, holding) -> {
          if (holding.inUse(nowMicros)) {
            holding.markDirty();
            dirty.add(key);
          }
        });
  }

  /** Counts a request that was let pass; a full table counts it not. */
  void letPass(List<Charge> charges, long nowMicros) {
    for (Charge charge : charges) {
      CounterKey key = CounterKey.of(charge);
      boolean known = byKey.containsKey(key);
      if (charge.cost() > 0 && (known || byKey.size() < capacity || makeRoom(nowMicros))) {
        of(charge, nowMicros).letPass(charge.cost(), nowMicros);
        dirty.add(key);
      }
    }
  }

  /** Keeps charges that are to be taken whatever is left; a full table grows. */
  void settle(List<Charge> charges, long nowMicros) {
    for (Charge charge : charges) {
      if (charge.cost() > 0) {
        of(charge, nowMicros).settle(charge.cost());
        dirty.add(CounterKey.of(charge));
      }
    }
  }

  /** Whether anything settled waits for an answer. Looks at all that is dirty. */
  boolean anySettling() {
    for (CounterKey key : dirty) {
      Holding holding = byKey.get(key);
      if (holding != null && holding.settling()) {
        return true;
      }
    }
    return false;
  }

  void answered(CounterKey key, Holding holding) {
    if (!holding.dirty()) {
      dirty.remove(key);
    }
  }

  /** Up to {@code most} keys that wait to be asserted, but none of {@code except}. */
  List<CounterKey> dirty(int most, Set<CounterKey> except) {
    List<CounterKey> found = new ArrayList<>();
    Iterator<CounterKey> keys = dirty.iterator();
    while (found.size() < most && keys.hasNext()) {
      CounterKey key = keys.next();
      if (!except.contains(key)) {
        found.add(key);
      }
    }
    return found;
  }

  boolean anyDirty() {
    return !dirty.isEmpty();
  }

  int dirtyCount() {
    return dirty.size();
  }

  @Nullable Holding get(CounterKey key) {
    return byKey.get(key);
  }

  /** Forgets what is over. */
  void sweep(long nowMicros) {
    byKey.values().removeIf(holding -> holding.over(nowMicros));
  }

  private boolean makeRoom(long nowMicros) {
    // Two for each that comes, so that a table that has grown shrinks again.
    for (int i = 0; i < 2 && byKey.size() >= capacity; i++) {
      if (!forgetOne(nowMicros)) {
        break;
      }
    }
    return byKey.size() < capacity;
  }

  private boolean forgetOne(long nowMicros) {
    @Nullable CounterKey victim = null;
    Iterator<Map.Entry<CounterKey, Holding>> eldest = byKey.entrySet().iterator();
    for (int i = 0; i < LOOKED_AT && eldest.hasNext(); i++) {
      Map.Entry<CounterKey, Holding> next = eldest.next();
      if (next.getValue().over(nowMicros)) {
        eldest.remove();
        return true;
      }
      if (victim == null && !next.getValue().dirty()) {
        victim = next.getKey();
      }
    }
    if (victim == null) {
      return false;
    }
    byKey.remove(victim);
    forgotSome = true;
    return true;
  }
}
