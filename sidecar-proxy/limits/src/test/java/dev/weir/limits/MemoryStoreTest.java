package dev.weir.limits;

import static dev.weir.limits.Cases.SECOND;
import static dev.weir.limits.Cases.allow;
import static dev.weir.limits.Cases.bucket;
import static dev.weir.limits.Cases.deny;
import static dev.weir.limits.Cases.given;
import static dev.weir.limits.Cases.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.limits.LimitSpec.CalendarWindow;
import dev.weir.limits.Outcome.ChargeState;
import dev.weir.limits.Outcome.Verdict;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryStoreTest {

  private final AtomicLong clock = new AtomicLong(1_000_000 * SECOND);
  private final MemoryStore store = new MemoryStore(100, clock::get);

  /** The cases of brandur/redis-cell and throttled: 1 per second, 5 at most. */
  @Test
  void bucketOfOnePerSecond() {
    Counter counter = bucket(1, SECOND, 5);
    double[][] table = {
      // at s, cost, fits, remaining, full after s, cost fits after s
      {0, 6, 0, 5, 0, 0},
      {0, 1, 1, 4, 1, 0},
      {0, 1, 1, 3, 2, 0},
      {0, 1, 1, 2, 3, 0},
      {0, 1, 1, 1, 4, 0},
      {0, 1, 1, 0, 5, 0},
      {0, 1, 0, 0, 5, 1},
      {3.0, 1, 1, 2, 3.0, 0},
      {3.1, 1, 1, 1, 3.9, 0},
      {4.0, 1, 1, 1, 4.0, 0},
      {8.0, 1, 1, 4, 1.0, 0},
      {9.5, 1, 1, 4, 1.0, 0},
      {9.5, 0, 1, 4, 1, 0},
      {9.5, 2, 1, 2, 3, 0},
      {9.5, 5, 0, 2, 3, 3},
    };
    long start = clock.get();
    for (double[] row : table) {
      clock.set(start + Math.round(row[0] * SECOND));
      Outcome outcome = given(store, deny(counter, "u", (long) row[1]));
      assertThat(outcome.states())
          .as("at %s s, cost %s", row[0], row[1])
          .containsExactly(
              new ChargeState(
                  row[2] == 1,
                  (long) row[3],
                  Math.round(row[4] * SECOND),
                  Math.round(row[5] * SECOND)));
    }
  }

  /** The fixed window cases of Limitador and envoyproxy/ratelimit. */
  @ParameterizedTest
  @CsvSource({
    // limit, costs asked one after the other, which are taken, remaining at last
    "3, 1 1 1 1, 1 1 1 0, 0",
    "10, 5 5 1, 1 1 0, 0",
    "10, 11, 0, 10",
    "0, 1, 0, 0",
    "20, 3 17 1, 1 1 0, 0",
    "2000, 1000 1500 500 400 100 1, 1 0 1 1 1 0, 0",
    "10, 0 1 100 0, 1 1 0 1, 9"
  })
  void window_takesWholeCostsOrNothing(long limit, String costs, String taken, long remaining) {
    Counter counter = window(limit, 60 * SECOND);
    ChargeState last = new ChargeState(true, 0, 0, 0);
    String[] expected = taken.split(" ", -1);
    String[] asked = costs.split(" ", -1);
    for (int i = 0; i < asked.length; i++) {
      Outcome outcome = given(store, deny(counter, "u", Long.parseLong(asked[i])));
      assertThat(outcome.passes()).as("charge %s", i).isEqualTo(expected[i].equals("1"));
      last = outcome.states().getFirst();
    }
    assertThat(last.remaining()).isEqualTo(remaining);
  }

  /** Gubernator's reconfiguration, and a burst lowered. */
  @Test
  void changedLimit_keepsWhatWasUsed() {
    given(store, deny(window(100, Cases.HOUR), "u", 4));
    assertThat(remaining(deny(window(10, Cases.HOUR), "u", 1))).isEqualTo(5);
    assertThat(remaining(deny(window(3, Cases.HOUR), "u", 1))).isZero();
    assertThat(remaining(deny(window(200, Cases.HOUR), "u", 1))).isEqualTo(194);
    given(store, deny(bucket(10, SECOND, 100), "u", 1));
    assertThat(remaining(deny(bucket(10, SECOND, 20), "u", 1))).isEqualTo(19);
  }

  @Test
  void window_beginsAnewAtItsEnd() {
    clock.set(60 * SECOND - 1);
    Counter counter = window(1, 60 * SECOND);
    assertThat(given(store, deny(counter, "u", 1)).states())
        .containsExactly(new ChargeState(true, 0, 1, 0));
    assertThat(given(store, deny(counter, "u", 1)).states())
        .containsExactly(new ChargeState(false, 0, 1, 1));
    clock.set(60 * SECOND);
    assertThat(given(store, deny(counter, "u", 1)).passes()).isTrue();
  }

  @Test
  void clockThatGoesBack_givesNothingTwice() {
    clock.set(60 * SECOND);
    Counter counter = window(1, 60 * SECOND);
    assertThat(given(store, deny(counter, "u", 1)).passes()).isTrue();
    clock.set(60 * SECOND - 1);
    assertThat(given(store, deny(counter, "u", 1)).passes()).isFalse();
    clock.set(60 * SECOND);
    assertThat(given(store, deny(counter, "u", 1)).passes()).isFalse();
  }

  @Test
  void editedCalendar_beginsAfterTheRunningWindow() {
    clock.set(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse("2026-11-20T00:00:00Z")));
    assertThat(remaining(deny(monthly("UTC", 1), "u", 4))).isEqualTo(6);
    assertThat(remaining(deny(monthly("America/New_York", 1), "u", 1))).isEqualTo(5);
    assertThat(remaining(deny(monthly("America/New_York", 15), "u", 1))).isEqualTo(4);
    assertThat(remaining(deny(monthly("Asia/Tokyo", 1), "u", 1))).isEqualTo(3);
    clock.set(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse("2026-11-30T23:00:00Z")));
    assertThat(remaining(deny(monthly("Asia/Tokyo", 1), "u", 1))).isEqualTo(2);
    clock.addAndGet(Cases.HOUR);
    assertThat(remaining(deny(monthly("Asia/Tokyo", 1), "u", 1))).isEqualTo(9);
  }

  private static Counter monthly(String zone, int startDay) {
    return new Counter(
        "m", new CalendarWindow(10, CalendarUnit.MONTH, ZoneId.of(zone), startDay), false);
  }

  @Test
  void severalCharges_areAllTakenOrNone() {
    Counter many = Cases.hourly("many", 10);
    Counter few = Cases.hourly("few", 1);
    assertThat(given(store, deny(many, "u", 1), deny(few, "u", 1)).verdict())
        .isEqualTo(Verdict.ADMITTED);
    Outcome second = given(store, deny(many, "u", 1), deny(few, "u", 1));
    assertThat(second.verdict()).isEqualTo(Verdict.LIMITED);
    assertThat(second.states()).extracting(ChargeState::fits).containsExactly(true, false);
    assertThat(second.states()).extracting(ChargeState::remaining).containsExactly(9L, 0L);
  }

  @Test
  void fullTable_letsNobodyInButResetsNobody() {
    Counter counter = window(2, 60 * SECOND);
    IntStream.range(0, 100).forEach(i -> given(store, deny(counter, "u" + i, 1)));
    assertThat(given(store, deny(counter, "new", 1)).verdict())
        .isEqualTo(Verdict.DENIED_ON_FAILURE);
    assertThat(given(store, allow(counter, "new", 1)).verdict())
        .isEqualTo(Verdict.ALLOWED_ON_FAILURE);
    assertThat(store.health().available()).isFalse();
    assertThat(remaining(deny(counter, "u0", 1))).isZero();
    clock.addAndGet(60 * SECOND);
    assertThat(given(store, deny(counter, "new", 1)).verdict()).isEqualTo(Verdict.ADMITTED);
    assertThat(store.health().available()).isTrue();
    assertThat(store.size()).isLessThanOrEqualTo(100);
  }

  /** What is settled goes over the limit; then nothing fits until the window ends. */
  @ParameterizedTest
  @CsvSource({
    // limit, d = decided cost/needs and s = settled, which decisions fit, remaining at last
    "10, d0/1 s25 d0/1 d1/1 d0/0, 1 0 0 1, 0",
    "10, s10 d0/1 d0/0, 0 1, 0",
    "10, s9 d0/1 d0/2 d1/2 d1/1 d0/1, 1 0 0 1 0, 0",
    "10, d2/10 d2/10 d2/8 s5 d0/1 s1 d0/1, 1 0 1 1 0, 0",
    "10, d0/11 d0/10 s0 d0/10, 0 1 1, 10",
    "0, d0/1 s3 d0/0, 0 1, 0",
    "9007199254740992, s9007199254740992 s9007199254740992 d0/1, 0, 0"
  })
  void settledAndNeeded_ofAWindow(long limit, String steps, String fitting, long remaining) {
    Counter counter = window(limit, 60 * SECOND);
    List<String> fits = new ArrayList<>();
    ChargeState last = new ChargeState(true, 0, 0, 0);
    for (String step : steps.split(" ", -1)) {
      String[] amounts = step.substring(1).split("/", -1);
      long cost = Long.parseLong(amounts[0]);
      if (step.startsWith("s")) {
        Cases.settle(store, counter, "u", cost);
      } else {
        long needs = Long.parseLong(amounts[1]);
        Outcome outcome = given(store, new Charge(counter, "u", cost, needs, false));
        last = outcome.states().getFirst();
        fits.add(last.fits() ? "1" : "0");
        assertThat(last.retryMicros()).isEqualTo(last.fits() ? 0 : last.resetMicros());
      }
    }
    assertThat(String.join(" ", fits)).isEqualTo(fitting);
    assertThat(last.remaining()).isEqualTo(remaining);
    clock.addAndGet(60 * SECOND);
    assertThat(given(store, Cases.needs(counter, "u", limit)).passes()).isTrue();
  }

  /** 1 per second, 5 at most. */
  @Test
  void settledBucket_isInDebtUntilItHasGainedAsMuch() {
    Counter counter = bucket(1, SECOND, 5);
    Cases.settle(store, counter, "u", 12);
    double[][] table = {
      // at s, needs, fits, remaining, full after s, fits after s
      {0, 1, 0, 0, 12, 8},
      {0, 0, 1, 0, 12, 0},
      {0, 5, 0, 0, 12, 12},
      {0, 6, 0, 0, 12, 12},
      {7, 1, 0, 0, 5, 1},
      {8, 1, 1, 1, 4, 0},
      {9, 3, 0, 2, 3, 1},
      {12, 5, 1, 5, 0, 0},
    };
    long start = clock.get();
    for (double[] row : table) {
      clock.set(start + Math.round(row[0] * SECOND));
      assertThat(given(store, Cases.needs(counter, "u", (long) row[1])).states())
          .as("at %s s, needs %s", row[0], row[1])
          .containsExactly(
              new ChargeState(
                  row[2] == 1,
                  (long) row[3],
                  Math.round(row[4] * SECOND),
                  Math.round(row[5] * SECOND)));
    }
  }

  @Test
  void settledAfterItsWindow_isTakenFromTheRunningOne() {
    clock.set(60 * SECOND - 1);
    Counter counter = window(10, 60 * SECOND);
    assertThat(given(store, Cases.needs(counter, "u", 1)).passes()).isTrue();
    clock.set(60 * SECOND);
    Cases.settle(store, counter, "u", 4);
    assertThat(remaining(deny(counter, "u", 1))).isEqualTo(5);
  }

  @Test
  void fullTable_keepsWhatIsSettledButLetsNobodyAsk() {
    Counter counter = window(5, 60 * SECOND);
    IntStream.range(0, 99).forEach(i -> given(store, deny(counter, "u" + i, 1)));
    assertThat(given(store, Cases.needs(counter, "new", 1)).passes()).isTrue();
    IntStream.range(0, 300).forEach(i -> Cases.settle(store, counter, "s" + i, 7));
    assertThat(store.health().available()).isFalse();
    assertThat(given(store, Cases.needs(counter, "another", 1)).verdict())
        .isEqualTo(Verdict.DENIED_ON_FAILURE);
    for (int i = 0; i < 300; i++) {
      assertThat(given(store, Cases.needs(counter, "s" + i, 1)).verdict())
          .isEqualTo(Verdict.LIMITED);
    }
    assertThat(remaining(deny(counter, "u0", 1))).isEqualTo(3);
    clock.addAndGet(60 * SECOND);
    for (int i = 0; i < 20; i++) {
      given(store, deny(counter, "new", 1));
      given(store, deny(counter, "n" + i, 1));
    }
    assertThat(store.health().available()).isTrue();
    assertThat(store.size()).isLessThanOrEqualTo(100);
  }

  @Test
  void askingAndRefusals_takeNoRoom() {
    given(store, deny(window(0, SECOND), "u", 1));
    given(store, deny(window(5, SECOND), "u", 0));
    given(store, Cases.needs(window(5, SECOND), "u", 1));
    Cases.settle(store, window(5, SECOND), "u", 0);
    given(store, deny(bucket(5, SECOND, 1), "u", 7));
    assertThat(store.size()).isZero();
  }

  @Test
  void bucketWithoutRate_holdsNothing() {
    assertThat(given(store, deny(bucket(0, SECOND, 10), "u", 1)).states())
        .containsExactly(new ChargeState(false, 0, SECOND, SECOND));
  }

  @Test
  void decisionsThatCantBe_areRefusedWithReason() {
    Charge charge = deny(Cases.hourly("a", 1), "u", 1);
    assertThatThrownBy(() -> store.decide(List.of(charge, charge)))
        .hasMessage("counter a is charged twice for one subject");
    List<Charge> many =
        IntStream.range(0, 65).mapToObj(i -> deny(Cases.hourly("a" + i, 1), "u", 1)).toList();
    assertThatThrownBy(() -> store.decide(many)).hasMessageContaining("65 charges");
    assertThatThrownBy(() -> store.settle(many)).hasMessageContaining("65 charges");
    assertThatThrownBy(() -> store.settle(List.of(charge, charge)))
        .hasMessage("counter a is charged twice for one subject");
    assertThatThrownBy(() -> new Charge(Cases.hourly("a", 1), "u", 2, 1, false))
        .hasMessage("needs of a must be 2..2^53, not 1");
    assertThatThrownBy(() -> deny(Cases.hourly("a", 1), "u", -1)).hasMessageContaining("cost of a");
    assertThatThrownBy(() -> window(-1, 1)).hasMessageContaining("limit must be 0..2^53");
    assertThatThrownBy(() -> window(1, 0)).hasMessageContaining("periodMicros");
  }

  private long remaining(Charge charge) {
    return given(store, charge).states().getFirst().remaining();
  }
}
