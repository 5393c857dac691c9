package dev.weir.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.limits.testing.RedisCommands;
import dev.weir.limits.testing.RedisServer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * Two holders whose calls are lost, come late or twice: what was settled is counted exactly once.
 * The calls are those of {@link RedisStore}, sent by hand so that each gets the fate it is to have.
 */
class SettleProtocolIT {

  private static final RedisServer REDIS = RedisServer.start();
  private static RedisCommands commands = REDIS.commands();

  @BeforeContainer
  static void connect() {
    commands = REDIS.commands();
  }

  @AfterContainer
  static void close() {
    commands.close();
    REDIS.close();
  }

  /** Over windows of 2 ms: the sums of all windows together, by their indexes. */
  @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
  void settled_isCountedOnceOverManyWindows(
      @ForAll @Size(min = 5, max = 80) List<@IntRange(max = 99_999) Integer> steps) {
    commands.text("FLUSHALL");
    Counter counter = new Counter("w", new LimitSpec.FixedWindow(1000, 2_000), true);
    Run run = new Run(counter, 100);
    steps.forEach(step -> run.step(step, false, 0));
    run.finish();
    for (String subject : Run.SUBJECTS) {
      long total = 0;
      for (String key : indexes()) {
        String score = commands.text("ZSCORE", key, subject);
        total += score.isEmpty() ? 0 : Long.parseLong(score);
      }
      assertThat(total).as(subject).isEqualTo(run.settled.getOrDefault(subject, 0L));
    }
    assertIndexesAgree();
  }

  /** In one window, where Redis loses everything now and then: its holders tell it again. */
  @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
  void settled_isCountedOnceThoughRedisForgets(
      @ForAll @Size(min = 5, max = 80) List<@IntRange(max = 99_999) Integer> steps) {
    assertCountedInOneWindow(steps, true, 0);
  }

  @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
  void settledAndAdmitted_areCountedOnce(
      @ForAll @Size(min = 5, max = 80) List<@IntRange(max = 99_999) Integer> steps) {
    assertCountedInOneWindow(steps, false, 3);
  }

  private static void assertCountedInOneWindow(List<Integer> steps, boolean forgets, int mostCost) {
    commands.text("FLUSHALL");
    Run run = new Run(Cases.yearly("q", 50), 100);
    steps.forEach(step -> run.step(step, forgets, mostCost));
    run.finish();
    assertIndexesAgree();
    for (String subject : Run.SUBJECTS) {
      assertThat(number("HGET", "weir:{shop}:w:q:" + subject, "t"))
          .as(subject)
          .isEqualTo(run.settled.getOrDefault(subject, 0L))
          .isEqualTo(score(subject));
    }
  }

  /** Holders that remember one counter only; costs of lost answers stay, so none are asked. */
  @Property(tries = 200, shrinking = ShrinkingMode.BOUNDED)
  void settled_isCountedOnceByHoldersThatForget(
      @ForAll @Size(min = 5, max = 80) List<@IntRange(max = 99_999) Integer> steps) {
    commands.text("FLUSHALL");
    Run run = new Run(Cases.yearly("q", 50), 1);
    steps.forEach(step -> run.step(step, false, 0));
    run.finish();
    for (String subject : Run.SUBJECTS) {
      assertThat(score(subject)).isEqualTo(run.settled.getOrDefault(subject, 0L));
    }
    assertIndexesAgree();
  }

  /** A bucket that gains nothing in a test's time; its epoch ends now and then. */
  @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
  void settled_lowersABucketOnce(
      @ForAll @Size(min = 5, max = 80) List<@IntRange(max = 99_999) Integer> steps) {
    commands.text("FLUSHALL");
    Counter counter = Cases.bucket(1, 100 * 365 * 24 * Cases.HOUR, 100);
    Run run = new Run(counter, 100);
    for (int step : steps) {
      run.step(step, false, 0);
      if (step % 7 == 0) {
        for (String key : commands.list("KEYS", "*:b:*")) {
          long epoch = number("HGET", key, "e");
          commands.text("HSET", key, "e", String.valueOf(epoch - 2 * Cases.HOUR));
        }
      }
    }
    run.finish();
    run.settled.forEach(
        (subject, amount) ->
            assertThat(commands.text("HGET", "weir:{shop}:b:bucket:" + subject, "t"))
                .as(subject)
                .isEqualTo(amount == 0 ? "" : String.valueOf(100 - amount)));
  }

  private static long score(String subject) {
    return indexes().stream().mapToLong(key -> number("ZSCORE", key, subject)).sum();
  }

  private static List<String> indexes() {
    return commands.list("KEYS", "weir:{shop}:i:*").stream()
        .filter(key -> !key.endsWith(":sum"))
        .toList();
  }

  private static void assertIndexesAgree() {
    for (String key : indexes()) {
      List<String> scores = commands.list("ZRANGE", key, "0", "-1", "WITHSCORES");
      long sum = 0;
      for (int i = 1; i < scores.size(); i += 2) {
        sum += Long.parseLong(scores.get(i));
      }
      assertThat(number("GET", key + ":sum")).as(key).isEqualTo(sum);
    }
  }

  private static long number(String... command) {
    String text = commands.text(command);
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  /** The two holders and what was settled, or admitted in an answered call, a subject. */
  private static final class Run {
    static final List<String> SUBJECTS = List.of("a", "b", "c");
    static final List<Fate> FATES = List.copyOf(EnumSet.allOf(Fate.class));

    final Counter counter;
    final Map<String, Long> settled = new HashMap<>();
    final List<Holder> holders;

    Run(Counter counter, int remembered) {
      this.counter = counter;
      this.holders = List.of(new Holder("A", remembered), new Holder("B", remembered));
    }

    void step(int step, boolean forgets, long mostCost) {
      Holder holder = holders.get(step % 2);
      int kind = step / 2 % 10;
      int rest = step / 20;
      if (forgets && rest % 40 == 0) {
        commands.text("FLUSHALL");
      }
      if (kind < 4) {
        String subject = SUBJECTS.get(rest % 3);
        long amount = rest / 3 % 50;
        holder.holdings.settle(List.of(Cases.deny(counter, subject, amount)), holder.now());
        settled.merge(subject, amount, Long::sum);
      } else if (kind < 9) {
        if (mostCost > 0 && rest % 2 == 0) {
          String subject = SUBJECTS.get(rest % 3);
          holder.ask(Cases.deny(counter, subject, rest / 3 % (mostCost + 1)));
        }
        holder.call(FATES.get(rest / 7 % FATES.size()), settled);
      } else {
        holder.arrive(rest);
      }
    }

    void finish() {
      // A lost partition is noticed by the answer after it, so ask once more than there is to tell.
      for (int i = 0; i < 2; i++) {
        for (Holder holder : holders) {
          do {
            holder.call(Fate.ANSWERED, settled);
          } while (holder.holdings.anyDirty());
          holder.arrive(0);
        }
      }
    }
  }

  private enum Fate {
    ANSWERED,
    ANSWER_LOST,
    NEVER_ARRIVES,
    ARRIVES_LATE,
    ARRIVES_TWICE
  }

  /** What a store does, in short. */
  private static final class Holder {
    private final KeyNames names = new KeyNames("shop");
    private final String id;
    private final Holdings holdings;
    private final Deque<PendingDecision> queue = new ArrayDeque<>();
    private final List<List<String>> underWay = new ArrayList<>();
    private @Nullable Call unanswered;
    private long sequence;
    private long incarnation;

    Holder(String id, int remembered) {
      this.id = id;
      this.holdings = new Holdings(remembered);
    }

    long now() {
      return System.currentTimeMillis() * 1000;
    }

    void ask(Charge charge) {
      queue.add(new PendingDecision(List.of(charge)));
    }

    void call(Fate fate, Map<String, Long> counted) {
      Call call = Call.of(++sequence, unanswered, queue, holdings, now());
      queue.clear();
      List<String> keys = call.keys(names, id);
      List<String> words = new ArrayList<>(Arrays.asList("EVAL", Script.DECIDE.text()));
      words.add(String.valueOf(keys.size()));
      words.addAll(keys);
      words.addAll(call.arguments(names, id, now()));
      switch (fate) {
        case ANSWERED -> {
          answered(call, commands.send(words), counted);
          return;
        }
        case ANSWER_LOST -> commands.send(words);
        case NEVER_ARRIVES -> {}
        case ARRIVES_LATE -> underWay.add(words);
        case ARRIVES_TWICE -> {
          commands.send(words);
          underWay.add(words);
        }
      }
      unanswered = call.settles() ? call : null;
    }

    /** A command that was under way is executed now; nobody reads its answer. */
    void arrive(int which) {
      if (!underWay.isEmpty()) {
        commands.send(underWay.remove(which % underWay.size()));
      }
    }

    private void answered(Call call, Object answer, Map<String, Long> counted) {
      if (!(answer instanceof List<?> values)) {
        throw new AssertionError(answer);
      }
      Reply reply = new Reply(List.copyOf(values));
      assertThat(reply.late()).isFalse();
      assertThat(reply.otherTime()).isFalse();
      unanswered = null;
      long answeredIncarnation = reply.next();
      if (answeredIncarnation != incarnation) {
        incarnation = answeredIncarnation;
        holdings.markAllDirty(reply.nowMicros());
      }
      List<Outcome> outcomes = call.answered(reply, holdings);
      for (int i = 0; i < outcomes.size(); i++) {
        if (outcomes.get(i).passes()) {
          for (Charge charge : call.decisions().get(i).charges()) {
            counted.merge(charge.subject(), charge.cost(), Long::sum);
          }
        }
      }
    }
  }
}
