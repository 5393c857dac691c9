package dev.weir.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.limits.testing.RedisCommands;
import dev.weir.limits.testing.RedisServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of {@code decide.lua} by hand: what late, double and lost ones do. */
class RedisProtocolIT {

  private static final long DAY = 24 * Cases.HOUR;

  private final RedisServer redis = RedisServer.start();
  private final RedisCommands commands = redis.commands();

  @AfterEach
  void close() {
    commands.close();
    redis.close();
  }

  @Test
  void duplicateAndOlderCalls_changeNothing() {
    long end = window("A", 5, 0, 0, 3).get(6);
    assertThat(state()).containsEntry("t", "3");
    List<Long> again = window("A", 5, 0, 0, 3);
    assertThat(again.getFirst()).isZero();
    window("A", 6, end, 3, 1);
    assertThat(window("A", 5, 0, 0, 3).getFirst()).isZero();
    assertThat(window("A", 1, 0, 0, 9).getFirst()).isZero();
    assertThat(state()).containsEntry("t", "4").containsEntry("hA", "4");
  }

  @Test
  void abandonedCall_isTakenBackByTheNext() {
    long end = window("A", 1, 0, 0, 3).get(6);
    window("B", 1, 0, 0, 2);
    window("A", 2, end, 3, 4); // its answer is lost: A knows of 3 only
    assertThat(state()).containsEntry("t", "9");
    window("A", 3, end, 3, 0);
    assertThat(state()).containsEntry("t", "5").containsEntry("hA", "3").containsEntry("hB", "2");
  }

  @Test
  void abandonedFirstCall_isTakenBackByTheNext() {
    window("A", 1, 0, 0, 3);
    window("A", 2, 0, 0, 1);
    assertThat(state()).containsEntry("t", "1");
  }

  @Test
  void forgottenPart_isKept() {
    window("A", 1, 0, 0, 3);
    window("A", 2, 0, Holding.UNKNOWN, 1);
    assertThat(state()).containsEntry("t", "4").containsEntry("hA", "4");
  }

  @Test
  void partOfAnEarlierWindow_isNotCounted() {
    long end = window("A", 1, 0, 0, 3).get(6);
    window("A", 2, end - DAY, 50, 1);
    assertThat(state()).containsEntry("t", "1");
  }

  @Test
  void windowWrittenByAClockAhead_keepsItsCounts() {
    long end = window("A", 1, 0, 0, 3).get(6);
    commands.text("HSET", "{k}", "n", String.valueOf(end + 900 * DAY));
    assertThat(window("B", 1, 0, 0, 1).get(6)).isEqualTo(end);
    window("A", 2, end + 900 * DAY, 3, 0);
    assertThat(state()).containsEntry("t", "4").containsEntry("n", String.valueOf(end));
  }

  @Test
  void nextWindow_isKeptWhenTheClockWentBack() {
    long end = window("A", 1, 0, 0, 3).get(6);
    commands.text("HSET", "{k}", "n", String.valueOf(end + DAY));
    assertThat(window("B", 1, 0, 0, 1).get(6)).isEqualTo(end + DAY);
    assertThat(state()).containsEntry("t", "4");
  }

  @Test
  void windowOfAnEditedCalendar_runsToItsEnd() {
    long end = window("A", 1, 0, 0, 3).get(6);
    commands.text("HSET", "{k}", "n", String.valueOf(end - 1));
    assertThat(window("B", 1, 0, 0, 1).get(6)).isEqualTo(end - 1);
    assertThat(state()).containsEntry("t", "4");
  }

  @Test
  void endedWindow_beginsAnewWithoutItsHolders() {
    long end = window("A", 1, 0, 0, 3).get(6);
    commands.text("HSET", "{k}", "n", String.valueOf(end - DAY));
    window("B", 1, 0, 0, 1);
    assertThat(state()).containsEntry("t", "1").doesNotContainKey("hA");
  }

  @Test
  void bucket_takesBackAnAbandonedCallUpToItsBurst() {
    long epoch = bucket("A", 1, 0, 0, 0, 0, 4).get(3);
    assertThat(state()).containsEntry("t", "6");
    bucket("A", 2, epoch, 4, 6, 0, 3);
    assertThat(state()).containsEntry("t", "3");
    bucket("A", 3, epoch, 4, 6, 0, 0);
    assertThat(state()).containsEntry("t", "6");
    bucket("A", 4, epoch, 0, 6, 0, 0);
    assertThat(state()).containsEntry("t", "10");
  }

  @Test
  void lostBucket_isNoFullerThanItsHoldersSawIt() {
    List<Long> a = bucket("A", 1, 0, 0, 0, 0, 4);
    List<Long> b = bucket("B", 1, 0, 0, 0, 0, 5);
    assertThat(b.get(5)).isEqualTo(1);
    commands.text("FLUSHALL");
    bucket("A", 2, a.get(3), 4, 6, a.get(1), 1);
    assertThat(state()).containsEntry("t", "5");
    bucket("B", 2, b.get(3), 5, 1, b.get(1), 1);
    assertThat(state()).containsEntry("t", "0");
  }

  @Test
  void oldBucket_forgetsItsHoldersButNotItsLevel() {
    long epoch = bucket("A", 1, 0, 0, 0, 0, 4).get(3);
    long old = epoch - 2 * Cases.HOUR;
    commands.text("HSET", "{k}", "e", String.valueOf(old));
    assertThat(bucket("B", 1, 0, 0, 0, 0, 1).get(3)).isGreaterThanOrEqualTo(epoch);
    assertThat(state()).containsEntry("t", "5").doesNotContainKey("hA");
    bucket("A", 2, old, 4, 6, 0, 1);
    assertThat(state()).containsEntry("t", "4").containsEntry("hA", "1");
  }

  @Test
  void settled_isTakenOnceByAllCallsThatCarryIt() {
    long end = settle("A", "5/5", 0, "0/4", 2).get(6);
    assertThat(state()).containsEntry("t", "6").containsEntry("sA", "5");
    assertThat(settle("A", "5/5", 0, "0/4", 2).getFirst()).isZero(); // twice
    settle("A", "6/5", 0, "0/4", 0); // the first answer was lost, and so is this one
    assertThat(state()).containsEntry("t", "4").containsEntry("hA", "4");
    settle("A", "7/5", 0, "0/4", 1);
    assertThat(settle("A", "4/4", 0, "0/9", 0).getFirst()).isZero(); // late
    assertThat(state()).containsEntry("t", "5").containsEntry("hA", "5");
    settle("A", "8/8", end, "5/10", 0);
    assertThat(state()).containsEntry("t", "15").containsEntry("sA", "8");
  }

  @Test
  void settledInAnEndedWindow_isNotTakenFromTheNextOne() {
    settle("A", "5/5", 0, "0/4", 0);
    endWindow();
    settle("B", "1/1", 0, "0/2", 0); // begins the next window
    settle("A", "6/5", 0, "0/4", 1);
    assertThat(state()).containsEntry("t", "3").containsEntry("hA", "1").doesNotContainKey("sA");
    settle("A", "7/5", 0, "0/4", 1); // nor by another that follows in that window
    assertThat(state()).containsEntry("t", "3");
    commands.text("DEL", "{k}"); // expired
    settle("A", "8/5", 0, "0/4", 0);
    assertThat(state()).doesNotContainEntry("t", "4");
  }

  @Test
  void settledThatNeverArrived_isTakenFromTheRunningWindow() {
    settle("A", "4", 0, "0", 1);
    endWindow();
    settle("A", "6/5", 0, "0/4", 0);
    assertThat(state()).containsEntry("t", "4");
  }

  @Test
  void settledWithAForgottenPart_isTakenOnce() {
    window("A", 1, 0, 0, 3);
    settle("A", "2/2", 0, "-1/4", 0);
    assertThat(state()).containsEntry("t", "7").containsEntry("hA", "7");
    settle("A", "3/2", 0, "-1/4", 0);
    assertThat(state()).containsEntry("t", "7");
  }

  @Test
  void settledThatWasLostWithEverything_isTakenAgain() {
    long end = window("A", 1, 0, 0, 3).get(6);
    settle("A", "2/2", end, "3/4", 0);
    commands.text("FLUSHALL");
    settle("A", "3/2", end, "3/4", 0);
    assertThat(state()).containsEntry("t", "7");
  }

  /** Where a lost answer's cost and what is settled are the same, the total does not move. */
  @Test
  void settledThatEqualsWhatIsTakenBack_isRemembered() {
    long end = window("A", 1, 0, 0, 3).get(6);
    window("A", 2, end, 3, 4); // its answer is lost
    settle("A", "3/3", end, "3/4", 0);
    assertThat(state()).containsEntry("t", "7").containsEntry("sA", "3");
    settle("A", "4/3", end, "3/4", 0);
    assertThat(state()).containsEntry("t", "7");
  }

  @Test
  void neededButNotTaken_fitsWhereItIsLeft() {
    assertThat(needs("A", 1, "0/10").subList(7, 10)).containsExactly(1L, 1L, 10L);
    assertThat(needs("A", 2, "0/11").subList(7, 10)).containsExactly(0L, 0L, 10L);
    assertThat(state()).isEmpty();
    assertThat(needs("A", 3, "3/10").subList(7, 10)).containsExactly(1L, 1L, 7L);
  }

  /** A window of 2^53 whose {@code used} may be used/settled. */
  private List<Long> settle(String holder, String sequence, long end, String used, long cost) {
    List<Object> values = List.of(LimitSpec.MAX_UNITS, end, used, 0, 0, DAY, 0, 0, 0, 60_000);
    return call(holder, sequence, "f", values, String.valueOf(cost));
  }

  private List<Long> needs(String holder, long sequence, String cost) {
    List<Object> values = List.of(10, 0, 0, 0, 0, DAY, 0, 0, 0, 60_000);
    return call(holder, String.valueOf(sequence), "f", values, cost);
  }

  private void endWindow() {
    long end = Long.parseLong(String.valueOf(state().get("n")));
    commands.text("HSET", "{k}", "n", String.valueOf(end - DAY));
  }

  @Test
  void largeAmounts_areExact() {
    long most = LimitSpec.MAX_UNITS;
    List<Long> reply = window("A", 1, 0, 0, most - 1);
    assertThat(reply.get(4)).isEqualTo(most - 1);
    assertThat(state()).containsEntry("t", String.valueOf(most - 1));
    assertThat(window("B", 1, 0, 0, 2).get(7)).isZero();
    assertThat(window("B", 2, 0, 0, 1).get(7)).isEqualTo(1);
    assertThat(state()).containsEntry("t", String.valueOf(most));
  }

  /** Asks one holder's cost of a daily window of 2^53. */
  private List<Long> window(String holder, long sequence, long end, long used, long cost) {
    return call(holder, sequence, "f", LimitSpec.MAX_UNITS, end, used, DAY, 0, 0, 0, cost);
  }

  /** Asks one holder's cost of a bucket of 10 that gains nothing in a test's time. */
  private List<Long> bucket(
      String holder, long sequence, long epoch, long used, long level, long levelAt, long cost) {
    return call(holder, sequence, "b", 10, epoch, used, DAY, 1, level, levelAt, cost);
  }

  private List<Long> call(
      String holder,
      long sequence,
      String kind,
      long limit,
      long of,
      long used,
      long a,
      long b,
      long c,
      long d,
      long cost) {
    List<Object> values = List.of(limit, of, used, 0, 0, a, b, c, d, 60_000);
    return call(holder, String.valueOf(sequence), kind, values, String.valueOf(cost));
  }

  private List<Long> call(
      String holder, String sequence, String kind, List<Object> counter, String cost) {
    List<String> words = new ArrayList<>(List.of("EVAL", Script.DECIDE.text(), "3"));
    words.addAll(List.of("{k}:h:" + holder, "{k}:incarnation", "{k}", holder));
    words.addAll(List.of(sequence, "1", "1", kind));
    counter.forEach(value -> words.add(String.valueOf(value)));
    words.addAll(List.of("", "", "1", "1", cost));
    Object reply = commands.send(words);
    if (reply instanceof List<?> values) {
      return values.stream().map(value -> (Long) value).toList();
    }
    throw new AssertionError(reply);
  }

  private Map<String, String> state() {
    List<String> hash = commands.list("HGETALL", "{k}");
    Map<String, String> state = new HashMap<>();
    for (int i = 0; i < hash.size(); i += 2) {
      state.put(hash.get(i), hash.get(i + 1));
    }
    return state;
  }
}
