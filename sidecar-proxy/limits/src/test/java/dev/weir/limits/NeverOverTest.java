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
