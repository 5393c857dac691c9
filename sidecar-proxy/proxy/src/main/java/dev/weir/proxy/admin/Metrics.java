package dev.weir.proxy.admin;

import dev.weir.limits.Store;
import dev.weir.protocol.FromSidecar.LimitCount;
import dev.weir.proxy.exchange.Ending;
import dev.weir.proxy.exchange.Observer;
import dev.weir.proxy.policy.Counts;
import dev.weir.proxy.policy.LivePolicy;
import dev.weir.proxy.policy.Rules;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sidecar's metrics. Labels are endings and the names of limits, never anything of a request.
 * Thread-safe; {@link #scrape} is for one thread.
 */
public final class Metrics implements Observer {
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(100_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofMillis(2500),
    Duration.ofSeconds(10)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Ending, Counter> requests = new EnumMap<>(Ending.class);
  private final AtomicInteger connections = new AtomicInteger();
  private final Timer decisions;
  private final Timer answers;
  private final CallMetrics calls;
  private final MultiGauge revision;
  private final LivePolicy policy;
  private final Counts counts;
  private final Set<String> registered = new HashSet<>();

  /** Metrics that read the rest from these two. */
  public Metrics(LivePolicy policy, Counts counts) {
    this.policy = policy;
    this.counts = counts;
    for (Ending ending : Ending.values()) {
      requests.put(
          ending,
          Counter.builder("weir.requests")
              .description("Requests by how they ended")
              .tag("outcome", ending.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    decisions = timer("weir.decision", "Time until the counters had decided");
    answers = timer("weir.upstream", "Time from the decision to the head of the response");
    calls = new CallMetrics(registry, decisions);
    Gauge.builder("weir.connections", connections, AtomicInteger::get)
        .description("Open connections of clients")
        .register(registry);
    Gauge.builder("weir.store.available", policy, Metrics::available)
        .description("1 while the counters of the limits answer")
        .register(registry);
    revision =
        MultiGauge.builder("weir.revision")
            .description("The revision in force, as a label")
            .register(registry);
  }

  @Override
  public void ended(Ending ending) {
    Counter counter = requests.get(ending);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void decided(long nanos) {
    decisions.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void answered(long nanos) {
    answers.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void connections(int change) {
    connections.addAndGet(change);
  }

  /** The metrics of LLM routes. */
  public CallMetrics calls() {
    return calls;
  }

  /** Open connections of clients. */
  public int openConnections() {
    return connections.get();
  }

  /** All metrics in the Prometheus text format. */
  public String scrape() {
    for (LimitCount count : counts.counts()) {
      if (registered.add(count.policy() + '\0' + count.limit())) {
        register(count.policy(), count.limit());
      }
    }
    Rules rules = policy.rules();
    revision.register(
        rules == null
            ? List.of()
            : List.of(MultiGauge.Row.of(Tags.of("revision", rules.revision()), 1)),
        true);
    return registry.scrape();
  }

  private void register(String policyName, String limit) {
    FunctionCounter.builder("weir.limit.requests", counts, c -> c.allowed(policyName, limit))
        .description("Requests that a limit applied to, by what it said")
        .tags("policy", policyName, "limit", limit, "verdict", "allowed")
        .register(registry);
    FunctionCounter.builder("weir.limit.requests", counts, c -> c.limited(policyName, limit))
        .description("Requests that a limit applied to, by what it said")
        .tags("policy", policyName, "limit", limit, "verdict", "limited")
        .register(registry);
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private static double available(LivePolicy policy) {
    Store store = policy.store();
    return store != null && store.health().available() ? 1 : 0;
  }
}
