package dev.weir.limits;

import dev.weir.limits.Outcome.ChargeState;
import dev.weir.limits.Outcome.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code decide.lua} (NOT thread safe: guarded by the store's lock): the decisions it
 * asks for and the holdings it asserts.
 */
final class Call {

  private static final int MAX_COUNTERS = 100;
  private static final int MAX_DECISIONS = 256;

  /** Of the counters, for what waits to be asserted; the largest decision fits beside it. */
  private static final int RESERVED = MAX_COUNTERS - Charges.MAX;

  private static final long CALENDAR_GRACE_MILLIS = 3_600_000;

  private final long batch;
  private final boolean carriesOn;
  private long sequence;
  private boolean settles;
  private boolean askedAgain;
  private final List<PendingDecision> decisions = new ArrayList<>();
  private final Map<CounterKey, Asserted> counters = new LinkedHashMap<>();

  private record Asserted(int number, Charge charge, Holding holding, Holding.Sent sent) {}

  private Call(long sequence, @Nullable Call unanswered) {
    this.sequence = sequence;
    this.batch = unanswered == null ? sequence : unanswered.batch;
    this.carriesOn = unanswered != null;
  }

  /**
   * A call for what waits, taken from the queue as far as there is room.
   *
   * @param unanswered an abandoned call that settled something: this one carries just the same
   */
  static Call of(
      long sequence,
      @Nullable Call unanswered,
      Deque<PendingDecision> queue,
      Holdings holdings,
      long nowMicros) {
    Call call = new Call(sequence, unanswered);
    if (unanswered != null) {
      call.carryOn(unanswered, holdings, nowMicros);
    }
    int reserved = Math.min(RESERVED, holdings.dirtyCount());
    while (!queue.isEmpty() && call.add(queue.getFirst(), reserved, holdings, nowMicros)) {
      queue.removeFirst();
    }
    for (CounterKey key : holdings.dirty(call.room(), call.counters.keySet())) {
      Holding holding = holdings.get(key);
      if (holding != null) {
        call.put(holding.last(), holdings.asserting(holding.last(), nowMicros));
      }
    }
    return call;
  }

  private void carryOn(Call unanswered, Holdings holdings, long nowMicros) {
    settles = true;
    for (Asserted asserted : unanswered.counters.values()) {
      if (asserted.holding().sealed() > 0) {
        Charge last = asserted.holding().last();
        put(last, holdings.asserting(last, nowMicros));
      }
    }
  }

  /** Whether it carries something settled, which stays sealed until a call is answered. */
  boolean settles() {
    return settles;
  }

  List<PendingDecision> decisions() {
    return decisions;
  }

  boolean askedAgain() {
    return askedAgain;
  }

  /** Is to be sent once more, since nothing was done. */
  void again(long newSequence) {
    askedAgain = true;
    sequence = newSequence;
  }

  private int room() {
    return MAX_COUNTERS - counters.size();
  }

  /**
   * Adds a decision, unless the call is full or has one of its counters under another limit: each
   * decision is made by the limit it came with.
   */
  private boolean add(PendingDecision decision, int reserved, Holdings holdings, long nowMicros) {
    int added = 0;
    for (Charge charge : decision.charges()) {
      Asserted known = counters.get(CounterKey.of(charge));
      if (known == null) {
        added++;
      } else if (!known.charge().counter().equals(charge.counter())) {
        return false;
      }
    }
    if (added > room() - reserved || decisions.size() == MAX_DECISIONS) {
      return false;
    }
    for (Charge charge : decision.charges()) {
      if (!counters.containsKey(CounterKey.of(charge))) {
        put(charge, holdings.asserting(charge, nowMicros));
      }
    }
    decisions.add(decision);
    return true;
  }

  private void put(Charge charge, Holding holding) {
    if (!carriesOn) {
      settles |= holding.seal();
    }
    counters.put(
        CounterKey.of(charge), new Asserted(counters.size() + 1, charge, holding, holding.sent()));
  }

  List<String> keys(KeyNames names, String holder) {
    List<String> keys = new ArrayList<>(counters.size() + 2);
    keys.add(names.holder(holder));
    keys.add(names.incarnation());
    counters.values().forEach(asserted -> keys.add(names.counter(asserted.charge())));
    return keys;
  }

  List<String> arguments(KeyNames names, String holder, long nowMicros) {
    List<String> out = new ArrayList<>(4 + 13 * counters.size() + 4 * decisions.size());
    out.add(holder);
    out.add(settles ? sequence + "/" + batch : Long.toString(sequence));
    add(out, counters.size(), decisions.size());
    for (Asserted asserted : counters.values()) {
      addCounter(out, asserted, names, nowMicros);
    }
    for (PendingDecision decision : decisions) {
      add(out, decision.charges().size());
      for (Charge charge : decision.charges()) {
        add(out, number(charge));
        out.add(amount(charge));
      }
    }
    return out;
  }

  private static String amount(Charge charge) {
    return charge.needs() == charge.cost()
        ? Long.toString(charge.cost())
        : charge.cost() + "/" + charge.needs();
  }

  private int number(Charge charge) {
    Asserted asserted = counters.get(CounterKey.of(charge));
    if (asserted == null) {
      throw new IllegalStateException("counter " + charge.counter().id() + " is not in the call");
    }
    return asserted.number();
  }

  private static void addCounter(
      List<String> out, Asserted asserted, KeyNames names, long nowMicros) {
    Counter counter = asserted.charge().counter();
    Holding.Sent sent = asserted.sent();
    switch (counter.spec()) {
      case LimitSpec.FixedWindow(long limit, long period) -> {
        addHead(out, "f", limit, asserted);
        add(out, period, 0, 0, 0, grace(period));
      }
      case LimitSpec.CalendarWindow spec -> {
        Periods periods = Periods.of(spec, nowMicros);
        addHead(out, "c", spec.limit(), asserted);
        add(out, periods.previousStart(), periods.start(), periods.end(), periods.nextEnd());
        add(out, CALENDAR_GRACE_MILLIS);
      }
      case LimitSpec.TokenBucket spec -> {
        Rate rate = Rate.of(spec);
        addHead(out, "b", spec.limit() == 0 ? 0 : spec.burst(), asserted);
        add(out, rate.micros(), rate.units(), sent.level(), sent.levelAt());
        add(out, grace(spec.periodMicros()));
      }
    }
    out.add(counter.indexed() ? names.index(counter.id()) : "");
    out.add(counter.indexed() ? asserted.charge().subject() : "");
  }

  private static void addHead(List<String> out, String kind, long limit, Asserted asserted) {
    Holding.Sent sent = asserted.sent();
    long settled = asserted.holding().sealed();
    out.add(kind);
    add(out, limit, sent.of());
    out.add(settled == 0 ? Long.toString(sent.used()) : sent.used() + "/" + settled);
    add(out, sent.extraEnd(), sent.extra());
  }

  private static void add(List<String> out, long... numbers) {
    for (long number : numbers) {
      out.add(Long.toString(number));
    }
  }

  /** One minute to one hour: long enough that a key outlives the pause of a frozen store. */
  private static long grace(long periodMicros) {
    return Math.clamp(periodMicros / 1000, 60_000, 3_600_000);
  }

  /** Takes the reply over into the holdings and returns the outcomes in order. */
  List<Outcome> answered(Reply reply, Holdings holdings) {
    counters.forEach(
        (key, asserted) -> {
          long epoch = reply.next();
          long used = reply.next();
          long level = reply.next();
          long end = reply.next();
          asserted.holding().answered(asserted.sent(), epoch, used, level, end, reply.nowMicros());
          holdings.answered(key, asserted.holding());
        });
    List<Outcome> outcomes = new ArrayList<>(decisions.size());
    for (PendingDecision decision : decisions) {
      Verdict verdict = reply.next() == 1 ? Verdict.ADMITTED : Verdict.LIMITED;
      outcomes.add(new Outcome(verdict, states(decision.charges(), reply)));
    }
    return outcomes;
  }

  private static List<ChargeState> states(Collection<Charge> charges, Reply reply) {
    List<ChargeState> states = new ArrayList<>(charges.size());
    for (int i = 0; i < charges.size(); i++) {
      boolean fits = reply.next() == 1;
      states.add(new ChargeState(fits, reply.next(), reply.next(), reply.next()));
    }
    return List.copyOf(states);
  }
}
