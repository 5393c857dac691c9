package dev.weir.operator.usage;

import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.Reporting;
import dev.weir.limits.CalendarUnit;
import dev.weir.limits.Counter;
import dev.weir.limits.LimitSpec.CalendarWindow;
import dev.weir.limits.UsageReader;
import dev.weir.limits.UsageReader.Usage;
import dev.weir.operator.compile.Compilation;
import dev.weir.operator.compile.Governance;
import dev.weir.operator.compile.Plans;
import dev.weir.operator.world.PolicyRef;
import dev.weir.protocol.Snapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was used of quotas: at the next tick where a sidecar reported traffic or a period
 * ended, and all now and then. Thread-safe; never blocks.
 */
public final class UsagePoller {

  /** How old a reading of a plan without traffic may get. */
  static final Duration SLOW = Duration.ofSeconds(30);

  /** How long a reading may take. */
  private static final long TIMEOUT_SECONDS = 5;

  private static final int DEFAULT_TOP = 10;

  private static final class Reading {
    volatile PlanUsage usage = PlanUsage.UNKNOWN;
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
   * @param changed told of each plan whose usage is not what it was
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

  /** Reads this plan at the next tick. */
  public void touch(PolicyRef plan) {
    touched.add(plan);
  }

  /** What is known of the plan. */
  public PlanUsage of(PolicyRef plan) {
    Reading reading = readings.get(plan);
    return reading == null ? PlanUsage.UNKNOWN : reading.usage;
  }

  /** Starts the readings that are due; to be called about each second. */
  public void tick() {
    Map<PolicyRef, Governance<QuotaPlanSpec>> plans = compilation.get().plans();
    readings.keySet().retainAll(plans.keySet());
    touched.retainAll(plans.keySet());
    long now = clock.millis();
    plans.forEach(
        (ref, governance) -> {
          QuotaPlanSpec spec = governance.verdict().inForce();
          Reading reading = readings.computeIfAbsent(ref, _ -> new Reading());
          if (spec != null && !reading.running && (touched.remove(ref) || due(reading, now))) {
            read(ref, spec, reading, now);
          }
        });
  }

  private static boolean due(Reading reading, long now) {
    return reading.readAt == Long.MIN_VALUE
        || now - reading.readAt >= SLOW.toMillis()
        || reading.usage.quotas().values().stream()
            .anyMatch(usage -> usage.periodEndMillis() <= now && now - reading.readAt >= 1000);
  }

  private void read(PolicyRef ref, QuotaPlanSpec spec, Reading reading, long now) {
    reading.running = true;
    Map<PlanUsage.Key, CompletableFuture<Usage>> answers = new HashMap<>();
    int top = top(spec.reporting());
    for (Snapshot.Tier tier : Plans.plan(ref, spec).tiers()) {
      for (Snapshot.Quota quota : tier.quotas()) {
        answers.put(
            new PlanUsage.Key(tier.name(), quota.name()),
            reader
                .read(ref.namespace(), counter(quota), top)
                .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS));
      }
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
      Map<PlanUsage.Key, CompletableFuture<Usage>> answers,
      @Nullable Throwable failure,
      long now) {
    PlanUsage usage;
    if (failure == null) {
      Map<PlanUsage.Key, Usage> quotas = new HashMap<>();
      answers.forEach((key, answer) -> quotas.put(key, answer.join()));
      usage = new PlanUsage(Map.copyOf(quotas), null);
    } else {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      usage = new PlanUsage(reading.usage.quotas(), text(cause));
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
