package dev.weir.limits;

import static dev.weir.limits.Cases.SECOND;
import static dev.weir.limits.Cases.deny;
import static dev.weir.limits.Cases.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Promises that hold whatever is asked when. */
class NeverOverTest {

  private record Taken(long at, long cost) {}

  @Property(tries = 500)
  void bucket_admitsBurstAndRateInAnyInterval(
      @ForAll @LongRange(min = 1, max = 5_000_000) long limit,
      @ForAll @LongRange(min = 1, max = 90_000_000_000L) long period,
      @ForAll @LongRange(min = 1, max = 1000) long burst,
      @ForAll @Size(min = 2, max = 60) List<@LongRange(max = 100_000_000) Long> pauses,
      @ForAll @IntRange(min = 1, max = 50) int mostCost) {
    AtomicLong clock = new AtomicLong(1_700_000_000 * SECOND);
    MemoryStore store = new MemoryStore(10, clock::get);
    Counter counter = Cases.bucket(limit, period, burst);
    List<Taken> taken = new ArrayList<>();
    for (long pause : pauses) {
      clock.addAndGet(pause);
      for (int i = 0; i < 20; i++) {
        long cost = 1 + (pause + i) % mostCost;
        if (given(store, deny(counter, "u", cost)).passes()) {
          taken.add(new Taken(clock.get(), cost));
        }
      }
    }
    for (int from = 0; from < taken.size(); from++) {
      double sum = 0;
      for (int to = from; to < taken.size(); to++) {
        sum += taken.get(to).cost();
        double time = taken.get(to).at() - taken.get(from).at();
        assertThat(sum).isLessThanOrEqualTo(burst + time * limit / period + 1e-6);
      }
    }
  }

  @Property(tries = 500)
  void bucket_isNeverSlowerThanAPartInAThousand(
      @ForAll @LongRange(min = 1, max = 1L << 52) long limit,
      @ForAll @LongRange(min = 1, max = 90_000_000_000L) long period) {
    Rate rate = Rate.of(new LimitSpec.TokenBucket(limit, period, 1));
    double exact = (double) limit / period;
    double ours = (double) rate.units() / rate.micros();
    assertThat(ours).isLessThanOrEqualTo(exact * (1 + 1e-15)).isGreaterThan(exact * 0.999);
  }

  /** What a bucket gives is burst + rate, also after debts: they are paid before it gives again. */
  @Property(tries = 500)
  void bucket_paysWhatWasSettled(
      @ForAll @LongRange(min = 1, max = 1000) long burst,
      @ForAll @Size(min = 2, max = 60) List<@LongRange(max = 20 * SECOND) Long> pauses,
      @ForAll @IntRange(min = 1, max = 100) int settled) {
    AtomicLong clock = new AtomicLong(1_700_000_000 * SECOND);
    MemoryStore store = new MemoryStore(10, clock::get);
    Counter counter = Cases.bucket(1, SECOND, burst);
    double level = burst;
    for (long pause : pauses) {
      clock.addAndGet(pause);
      level = Math.min((double) burst, level + (double) pause / SECOND);
      Outcome outcome = given(store, new Charge(counter, "u", 1, 2, false));
      if (Math.abs(level - 2) > 1e-6) {
        assertThat(outcome.passes()).as("at level %s", level).isEqualTo(level >= 2);
      }
      level -= outcome.passes() ? 1 : 0;
      Cases.settle(store, counter, "u", pause % settled);
      level -= pause % settled;
    }
  }

  /** Admitted and settled are what is used, and nothing fits that is not left. */
  @Property(tries = 500)
  void window_countsWhatWasAdmittedAndSettled(
      @ForAll @LongRange(max = 200) long limit,
      @ForAll @Size(max = 60) List<@IntRange(max = 999) Integer> steps) {
    MemoryStore store = new MemoryStore(10, () -> 1);
    Counter counter = Cases.window(limit, Cases.HOUR);
    long used = 0;
    for (int step : steps) {
      long amount = step / 10 % 20;
      if (step % 3 == 0) {
        Cases.settle(store, counter, "u", amount);
        used += amount;
      } else {
        long needs = amount + step / 200;
        Outcome outcome = given(store, new Charge(counter, "u", amount, needs, false));
        assertThat(outcome.passes()).isEqualTo(needs == 0 || used + needs <= limit);
        used += outcome.passes() ? amount : 0;
        assertThat(outcome.states().getFirst().remaining()).isEqualTo(Math.max(0, limit - used));
      }
    }
  }

  @Property(tries = 500)
  void window_isNeverOver(
      @ForAll @LongRange(max = 50) long limit,
      @ForAll @LongRange(min = 1, max = 20_000_000) long period,
      @ForAll @Size(min = 2, max = 80) List<@LongRange(max = 10_000_000) Long> pauses) {
    AtomicLong clock = new AtomicLong(1_700_000_000 * SECOND);
    MemoryStore store = new MemoryStore(10, clock::get);
    Counter counter = Cases.window(limit, period);
    Map<Long, Long> used = new HashMap<>();
    for (long pause : pauses) {
      long now = clock.addAndGet(pause);
      long cost = 1 + pause % 7;
      Outcome outcome = given(store, deny(counter, "u", cost));
      long before = used.getOrDefault(now / period, 0L);
      // Not over, and not denied what is left.
      assertThat(outcome.passes()).isEqualTo(before + cost <= limit);
      if (outcome.passes()) {
        used.merge(now / period, cost, Long::sum);
      }
    }
  }
}
