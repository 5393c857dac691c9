package dev.weir.operator.usage;

import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.Reporting;
import dev.weir.limits.CalendarUnit;
import dev.weir.limits.Counter;
import dev.weir.limits.LimitSpec;
import dev.weir.limits.LimitSpec.CalendarWindow;
import dev.weir.limits.UsageReader;
import dev.weir.limits.UsageReader.Usage;
import dev.weir.operator.compile.Compilation;
import dev.weir.operator.compile.Plans;
import dev.weir.operator.compile.Routes;
import dev.weir.operator.world.PolicyRef;
import dev.weir.protocol.Snapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was used of quotas, and the ledgers of routes: at the next tick where a sidecar
 * reported traffic or a period ended, and all now and then. Thread-safe; never blocks.
 */
public final class UsagePoller {

  /** How old a reading of an object without traffic may get. */
  static final Duration SLOW = Duration.ofSeconds(30);

  /** How long a reading may take. */
  private static final long TIMEOUT_SECONDS = 5;

  private static final int DEFAULT_TOP = 10;

  /** Lines of a route's ledger: more than 64 models at 200 prices each in one month. */
  private static final int ALL_LINES = 100_000;

  /** What to ask for an object: its counters, and how many subjects of each. */
  private record Question(List<Counter> counters, int top) {}

  private static final class Reading {
    volatile CounterUsage usage = CounterUsage.UNKNOWN;
    volatile long readAt = Long.MIN_VALUE;
    volatile boolean running;
  }

  private final UsageReader reader;
  private final Supplier<Compilation> compilation;
  private final Consumer<PolicyRef> changed;
  private final Clock clock;
  private final Map<PolicyRef, Reading> readings = new ConcurrentHashMap<>();
  private final Set<PolicyRef> touched = ConcurrentHashMap.newKeySet();

  /**
   * @param changed told of each object whose usage is not what it was
   */
  public UsagePoller(
      UsageReader reader,
      Supplier<Compilation> compilation,
      Consumer<PolicyRef> changed,
      Clock clock) {
    this.reader = reader;
    this.compilation = compilation;
    this.changed = changed;
    this.clock = clock;
  }

  /** Reads this plan or route at the next tick. */
  public void touch(PolicyRef ref) {
    touched.add(ref);
  }

  /** What is known of the plan or route. */
  public CounterUsage of(PolicyRef ref) {
    Reading reading = readings.get(ref);
    return reading == null ? CounterUsage.UNKNOWN : reading.usage;
  }

  /** Starts the readings that are due; to be called about each second. */
  public void tick() {
    Map<PolicyRef, Question> questions = questions(compilation.get());
    readings.keySet().retainAll(questions.keySet());
    touched.retainAll(questions.keySet());
    long now = clock.millis();
    questions.forEach(
        (ref, question) -> {
          Reading reading = readings.computeIfAbsent(ref, _ -> new Reading());
          if (!reading.running && (touched.remove(ref) || due(reading, now))) {
            read(ref, question, reading, now);
          }
        });
  }

  private static Map<PolicyRef, Question> questions(Compilation compilation) {
    Map<PolicyRef, Question> questions = new HashMap<>();
    compilation
        .plans()
        .forEach(
            (ref, governance) -> {
              QuotaPlanSpec spec = governance.verdict().inForce();
              if (spec != null) {
                questions.put(ref, new Question(counters(ref, spec), top(spec.reporting())));
              }
            });
    compilation
        .routes()
        .forEach(
            (ref, governance) -> {
              if (governance.verdict().inForce() != null) {
                questions.put(ref, new Question(List.of(ledger(ref)), ALL_LINES));
              }
            });
    return questions;
  }

  private static List<Counter> counters(PolicyRef ref, QuotaPlanSpec spec) {
    return Plans.plan(ref, spec).tiers().stream()
        .flatMap(tier -> tier.quotas().stream())
        .map(UsagePoller::counter)
        .toList();
  }

  private static Counter ledger(PolicyRef route) {
    return new Counter(
        Routes.counter(route),
        new CalendarWindow(LimitSpec.MAX_UNITS, CalendarUnit.MONTH, ZoneOffset.UTC, 1),
        true);
  }

  private static boolean due(Reading reading, long now) {
    return reading.readAt == Long.MIN_VALUE
        || now - reading.readAt >= SLOW.toMillis()
        || reading.usage.counters().values().stream()
            .anyMatch(usage -> usage.periodEndMillis() <= now && now - reading.readAt >= 1000);
  }

  private void read(PolicyRef ref, Question question, Reading reading, long now) {
    reading.running = true;
    Map<String, CompletableFuture<Usage>> answers = new HashMap<>();
    for (Counter counter : question.counters()) {
      answers.put(
          counter.id(),
          reader
              .read(ref.namespace(), counter, question.top())
              .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS));
    }
    CompletableFuture<Void> _ =
        CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
            .handle(
                (_, failure) -> {
                  finish(ref, reading, answers, failure, now);
                  return null;
                });
  }

  private void finish(
      PolicyRef ref,
      Reading reading,
      Map<String, CompletableFuture<Usage>> answers,
      @Nullable Throwable failure,
      long now) {
    CounterUsage usage;
    if (failure == null) {
      Map<String, Usage> counters = new HashMap<>();
      answers.forEach((id, answer) -> counters.put(id, answer.join()));
      usage = new CounterUsage(Map.copyOf(counters), null);
    } else {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      usage = new CounterUsage(reading.usage.counters(), text(cause));
      touched.add(ref);
    }
    boolean moved = !usage.equals(reading.usage) || reading.readAt == Long.MIN_VALUE;
    reading.usage = usage;
    reading.readAt = now;
    reading.running = false;
    if (moved) {
      changed.accept(ref);
    }
  }

  private static String text(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static int top(@Nullable Reporting reporting) {
    return reporting == null || reporting.topSubjects() == null
        ? DEFAULT_TOP
        : reporting.topSubjects();
  }

  private static Counter counter(Snapshot.Quota quota) {
    Snapshot.Window window = quota.window();
    return new Counter(
        quota.counter(),
        new CalendarWindow(
            quota.limit(),
            CalendarUnit.valueOf(window.every().name()),
            ZoneId.of(window.timeZone()),
            window.startDay()),
        true);
  }
}
