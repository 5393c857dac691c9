package dev.weir.operator.usage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.limits.CalendarUnit;
import dev.weir.limits.Charge;
import dev.weir.limits.Counter;
import dev.weir.limits.LimitSpec;
import dev.weir.limits.LimitSpec.CalendarWindow;
import dev.weir.limits.Outcome;
import dev.weir.limits.RedisStore;
import dev.weir.limits.RedisUsageReader;
import dev.weir.limits.UsageReader.SubjectUsage;
import dev.weir.limits.UsageReader.Usage;
import dev.weir.limits.testing.RedisServer;
import dev.weir.operator.compile.Compilation;
import dev.weir.operator.compile.Compiler;
import dev.weir.operator.compile.Settings;
import dev.weir.operator.compile.Worlds;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.World;
import dev.weir.protocol.Snapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Quotas that a sidecar's store charged, as the operator reads them from the same Redis. */
final class UsagePollerIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final PolicyRef PLAN =
      new PolicyRef(PolicyRef.QUOTA_PLAN, Worlds.NAMESPACE, "public");
  private static final String YEARLY = "q/public/all/yearly/Year";
  private static final String SPARE = "q/public/all/spare/Year";

  private static final World WORLD =
      new Worlds()
          .deployment("api")
          .plan(
              "public",
              """
              targetRefs: [{group: apps, kind: Deployment, name: api}]
              identity: {apiKey: {in: [{header: x-api-key}]}}
              subject: {consumer: {}}
              tiers:
              - name: all
                quotas:
                - {name: yearly, unit: Requests, limit: 10, window: {every: Year, timeZone: Asia/Tokyo}}
                - {name: spare, unit: Requests, limit: 5, window: {every: Year}}
              reporting: {topSubjects: 2}
              """)
          .build();

  /** Only for when something is due: the period is the store's business. */
  private static final class SetClock extends Clock {
    volatile Instant now = Instant.now();

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final RedisServer redis = RedisServer.start();
  private final RedisStore store =
      RedisStore.builder(redis.url(), Worlds.NAMESPACE).timeout(PATIENCE).open();
  private final RedisUsageReader reader = new RedisUsageReader(redis.url(), Duration.ofSeconds(1));
  private volatile Compilation compilation =
      new Compiler(new Settings(5000, 50, null)).compile(WORLD, Worlds.NONE);
  private final List<PolicyRef> changed = new CopyOnWriteArrayList<>();
  private final SetClock clock = new SetClock();
  private final UsagePoller poller =
      new UsagePoller(reader, () -> compilation, changed::add, clock);

  @BeforeEach
  void connect() {
    store.warmUp().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  @AfterEach
  void close() {
    store.close();
    reader.close();
    redis.close();
  }

  private void spend(String quota, String consumer, long cost) {
    assertThat(ask(quota, consumer, cost)).isEqualTo(Outcome.Verdict.ADMITTED);
  }

  /** As a sidecar does it: with the counter of the snapshot that it was sent. */
  private Outcome.Verdict ask(String quota, String consumer, long cost) {
    Snapshot.Quota compiled =
        requireNonNull(compilation.workloads().get(Worlds.API))
            .snapshot()
            .plans()
            .getFirst()
            .tiers()
            .getFirst()
            .quotas()
            .stream()
            .filter(q -> q.name().equals(quota))
            .findFirst()
            .orElseThrow();
    Counter counter =
        new Counter(
            compiled.counter(),
            new CalendarWindow(
                compiled.limit(),
                CalendarUnit.valueOf(compiled.window().every().name()),
                ZoneId.of(compiled.window().timeZone()),
                compiled.window().startDay()),
            true);
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    store.decide(List.of(new Charge(counter, consumer, cost, false))).onDecided(outcome::complete);
    return outcome.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join().verdict();
  }

  private Usage usage(String quota) {
    return requireNonNull(poller.of(PLAN).counters().get(quota));
  }

  private void awaitChanges(int count) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(changed).hasSize(count));
  }

  /** Ticks until a reading has come that makes {@code count} changes in all. */
  private void tickUntilChanges(int count) {
    poller.tick();
    awaitChanges(count);
  }

  @Test
  void readsWhatWasSpentOfEachQuota() {
    spend("yearly", "acme", 7);
    assertThat(ask("yearly", "acme", 4)).isEqualTo(Outcome.Verdict.LIMITED);
    spend("yearly", "bolt", 10);
    spend("yearly", "corp", 1);
    assertThat(poller.of(PLAN)).isEqualTo(CounterUsage.UNKNOWN);

    tickUntilChanges(1);
    assertThat(changed).containsExactly(PLAN);
    assertThat(usage(YEARLY))
        .extracting(Usage::used, Usage::subjects, Usage::exhausted, Usage::top)
        .containsExactly(
            18L, 3L, 1L, List.of(new SubjectUsage("bolt", 10), new SubjectUsage("acme", 7)));
    assertThat(
            Instant.ofEpochMilli(usage(YEARLY).periodStartMillis()).atZone(ZoneId.of("Asia/Tokyo")))
        .matches(start -> start.getDayOfYear() == 1 && start.getHour() == 0, "a year's first hour");
    assertThat(usage(SPARE))
        .extracting(Usage::used, Usage::subjects, Usage::exhausted, Usage::top)
        .containsExactly(0L, 0L, 0L, List.of());
  }

  @Test
  void readsAgainWhenTouchedOrLongNotRead() {
    tickUntilChanges(1);
    assertThat(usage(YEARLY).used()).isZero();
    spend("yearly", "acme", 1);
    poller.touch(PLAN);
    tickUntilChanges(2);
    assertThat(usage(YEARLY).used()).isEqualTo(1);

    // Nobody says that this was spent: as after a sidecar's report that was lost.
    spend("yearly", "acme", 2);
    poller.tick();
    assertThat(usage(YEARLY).used()).isEqualTo(1);
    clock.now = clock.now.plus(UsagePoller.SLOW);
    tickUntilChanges(3);
    assertThat(usage(YEARLY).used()).isEqualTo(3);
  }

  @Test
  void anUnchangedReadingIsNoNews() {
    tickUntilChanges(1);
    poller.touch(PLAN);
    poller.tick();
    spend("yearly", "acme", 1);
    // The one before has ended by the time that this one is seen, and has told nobody.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              poller.touch(PLAN);
              poller.tick();
              assertThat(poller.of(PLAN).counters().get(YEARLY))
                  .extracting(Usage::used)
                  .isEqualTo(1L);
            });
    awaitChanges(2);
  }

  @Test
  void whileRedisIsAwayTheLastNumbersStayAndItIsAskedUntilItIsBack() {
    spend("yearly", "acme", 3);
    tickUntilChanges(1);
    redis.stop();
    poller.touch(PLAN);
    tickUntilChanges(2);
    assertThat(poller.of(PLAN).error()).isNotBlank();
    assertThat(usage(YEARLY).used()).isEqualTo(3);

    redis.startAgain();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              poller.tick(); // nothing touches it: a failed reading is due again
              assertThat(poller.of(PLAN).error()).isNull();
            });
  }

  @Test
  void aRoutesLedgerIsReadToItsLastLine() {
    PolicyRef chat = new PolicyRef(PolicyRef.LLM_ROUTE, Worlds.NAMESPACE, "chat");
    compilation =
        new Compiler(new Settings(5000, 50, null))
            .compile(
                new Worlds()
                    .route(
                        "chat",
                        """
                        targetRefs: [{group: apps, kind: Deployment, name: api}]
                        listener: {port: 15080}
                        identity: {anonymous: Allow}
                        providers: [{name: a, type: OpenAICompatible, baseUrl: http://a.b.svc/v1}]
                        models: [{name: x, backends: [{provider: a}]}]
                        """)
                    .build(),
                Worlds.NONE);
    // More lines than a plan shows subjects; one of them as long as a model's name may be.
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      lines.add("m/input/USD/1000000/" + i + "/" + "x:".repeat(i == 0 ? 128 : 1));
    }
    Counter ledger =
        new Counter(
            "u/chat",
            new CalendarWindow(LimitSpec.MAX_UNITS, CalendarUnit.MONTH, ZoneOffset.UTC, 1),
            true);
    store.settle(lines.stream().map(line -> new Charge(ledger, line, 5, false)).toList());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions() // what is not read yet is null
        .untilAsserted(
            () -> {
              poller.touch(chat);
              poller.tick();
              assertThat(requireNonNull(poller.of(chat).counters().get("u/chat")).top())
                  .extracting(SubjectUsage::subject)
                  .containsExactlyInAnyOrderElementsOf(lines);
            });
  }

  @Test
  void aPlanThatIsGoneIsForgotten() {
    tickUntilChanges(1);
    compilation = Compilation.EMPTY;
    poller.tick();
    assertThat(poller.of(PLAN)).isEqualTo(CounterUsage.UNKNOWN);
  }
}
