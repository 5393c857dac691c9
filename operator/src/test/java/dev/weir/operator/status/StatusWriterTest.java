package dev.weir.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.crds.v1alpha1.Condition;
import dev.weir.crds.v1alpha1.LimitStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import dev.weir.operator.world.Declared;
import dev.weir.operator.world.PolicyRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StatusWriterTest {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** Time that moves when told. */
  private static final class ManualClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static final class Recorder implements StatusClient {
    final List<String> writes = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    @Nullable RuntimeException failure;

    @Override
    public String apply(PolicyRef ref, String uid, Object status) {
      if (failure != null) {
        throw failure;
      }
      RateLimitPolicyStatus policy = (RateLimitPolicyStatus) status;
      List<LimitStatus> limits = policy.limits();
      writes.add(ref.name() + " " + (limits == null ? "" : limits.getFirst().allowed()));
      return "2";
    }

    @Override
    public void event(PolicyRef ref, String uid, Condition condition) {
      events.add(condition.type() + " " + condition.status() + " " + condition.reason());
    }
  }

  private final ManualClock clock = new ManualClock();
  private final Recorder api = new Recorder();
  private final List<String> results = new ArrayList<>();
  private final StatusWriter writer = new StatusWriter(api, clock, results::add);

  private static Declared<RateLimitPolicySpec, RateLimitPolicyStatus> object(
      String name, String version, @Nullable RateLimitPolicyStatus status) {
    return new Declared<>(
        new PolicyRef(PolicyRef.RATE_LIMIT_POLICY, "shop", name),
        "uid-" + name,
        1,
        version,
        Instant.EPOCH,
        new RateLimitPolicySpec(List.of(), null, List.of()),
        status);
  }

  private static RateLimitPolicyStatus status(boolean ready, long allowed) {
    return new RateLimitPolicyStatus(
        1L,
        List.of(
            new Condition(
                "Ready", ready ? "True" : "False", 1L, "t", ready ? "Ready" : "NotYet", "")),
        null,
        null,
        List.of(new LimitStatus("x", allowed, 0)),
        null,
        null);
  }

  private void run(Duration time) {
    for (long ms = 0; ms < time.toMillis(); ms += 20) {
      writer.tick();
      clock.advance(Duration.ofMillis(20));
    }
  }

  @Test
  void anEqualStatusIsNotWritten() {
    writer.offer(object("a", "1", status(true, 5)), status(true, 5), INTERVAL);
    run(INTERVAL);
    assertThat(api.writes).isEmpty();
  }

  @Test
  void whatWasJustWrittenIsNotWrittenAgainWhileTheCacheIsBehind() {
    writer.offer(object("a", "1", null), status(true, 5), INTERVAL);
    run(INTERVAL);
    writer.offer(object("a", "1", null), status(true, 5), INTERVAL);
    run(INTERVAL);
    assertThat(api.writes).containsExactly("a 5");
  }

  @Test
  void aStatusThatSomebodyElseChangedIsPutBack() {
    writer.offer(object("a", "1", null), status(true, 5), INTERVAL);
    run(INTERVAL);
    writer.offer(object("a", "3", status(false, 0)), status(true, 5), INTERVAL);
    run(INTERVAL);
    assertThat(api.writes).containsExactly("a 5", "a 5");
  }

  @Test
  void conditionsAreWrittenAtOnceAndUsageAtItsInterval() {
    writer.offer(object("a", "1", null), status(false, 0), INTERVAL);
    run(Duration.ofMillis(20));
    writer.offer(object("a", "1", null), status(false, 7), INTERVAL);
    run(Duration.ofSeconds(4));
    assertThat(api.writes).containsExactly("a 0");
    writer.offer(object("a", "1", null), status(true, 8), INTERVAL);
    run(Duration.ofMillis(20));
    assertThat(api.writes).containsExactly("a 0", "a 8");
  }

  @Test
  void onceTrafficStopsTheExactNumbersAreWritten() {
    writer.offer(object("a", "1", null), status(true, 0), INTERVAL);
    for (int i = 1; i <= 100; i++) {
      run(Duration.ofMillis(100));
      writer.offer(object("a", "1", null), status(true, i), INTERVAL);
    }
    run(INTERVAL.multipliedBy(2));
    assertThat(api.writes).hasSizeBetween(3, 4).last().isEqualTo("a 100");
  }

  @Test
  void theFleetsRatesAreBounded() {
    for (int i = 0; i < 500; i++) {
      writer.offer(object("c" + i, "1", null), status(true, 0), INTERVAL);
      writer.offer(object("u" + i, "1", status(true, 0)), status(true, 1), INTERVAL);
    }
    run(Duration.ofSeconds(1));
    assertThat(api.writes.stream().filter(write -> write.startsWith("c")).count()).isEqualTo(50);
    assertThat(api.writes.stream().filter(write -> write.startsWith("u")).count()).isEqualTo(10);
  }

  @Test
  void aFailedWriteIsTriedAgainWithTheNewestStatus() {
    api.failure = new IllegalStateException("no connection");
    writer.offer(object("a", "1", null), status(false, 1), INTERVAL);
    run(Duration.ofMillis(100));
    assertThat(results).containsExactly("failed");
    api.failure = null;
    writer.offer(object("a", "1", null), status(true, 2), INTERVAL);
    run(Duration.ofSeconds(2));
    assertThat(api.writes).containsExactly("a 2");
  }

  @Test
  void anObjectThatIsGoneIsForgotten() {
    PolicyRef ref = new PolicyRef(PolicyRef.RATE_LIMIT_POLICY, "shop", "a");
    api.failure = new StatusClient.Gone(ref);
    writer.offer(object("a", "1", null), status(false, 1), INTERVAL);
    run(Duration.ofSeconds(3));
    assertThat(results).containsExactly("gone");
    assertThat(writer.waiting()).isZero();
  }

  @Test
  void eventsComeOnTransitionsOnly() {
    writer.offer(object("a", "1", null), status(false, 0), INTERVAL);
    run(Duration.ofMillis(40));
    writer.offer(object("a", "1", null), status(false, 1), INTERVAL);
    run(INTERVAL.multipliedBy(2));
    writer.offer(object("a", "1", null), status(true, 1), INTERVAL);
    run(Duration.ofMillis(40));
    assertThat(api.writes).hasSize(3);
    assertThat(api.events).containsExactly("Ready False NotYet", "Ready True Ready");
  }

  @Test
  void whatReadySaysTooComesOnce() {
    writer.offer(
        object("a", "1", null),
        conditions(
            "Accepted True Accepted",
            "ResolvedRefs False TargetNotFound",
            "TrafficCaptured True NoPods",
            "StoreAvailable False Unavailable",
            "Ready False TargetNotFound"),
        INTERVAL);
    run(Duration.ofMillis(40));
    assertThat(api.events)
        .containsExactly(
            "Accepted True Accepted",
            "StoreAvailable False Unavailable",
            "Ready False TargetNotFound");
    api.events.clear();
    // A part that follows while Ready stays as it was speaks for itself.
    writer.offer(
        object("a", "1", null),
        conditions(
            "Accepted False Conflicted",
            "ResolvedRefs False TargetNotFound",
            "Ready False Conflicted"),
        INTERVAL);
    run(Duration.ofMillis(40));
    assertThat(api.events).containsExactly("Accepted False Conflicted");
  }

  private static RateLimitPolicyStatus conditions(String... conditions) {
    return new RateLimitPolicyStatus(
        1L,
        Stream.of(conditions)
            .map(text -> text.split(" "))
            .map(word -> new Condition(word[0], word[1], 1L, "t", word[2], ""))
            .toList(),
        null,
        null,
        List.of(new LimitStatus("x", 0, 0)),
        null,
        null);
  }
}
