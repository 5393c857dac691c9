package dev.weir.proxy.admin;

import dev.weir.proxy.llm.CallEnding;
import dev.weir.proxy.llm.CallObserver;
import dev.weir.proxy.policy.Tokens;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The metrics of calls. Labels are names of the snapshot's routes, providers and models and the
 * endings here, never anything that a client or a provider sent. Thread-safe.
 */
public final class CallMetrics implements CallObserver {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(120)
  };

  private final MeterRegistry registry;
  private final Timer decisions;
  private final Counter drained;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger draining = new AtomicInteger();
  private final Map<Ended, Counter> calls = new ConcurrentHashMap<>();
  private final Map<Used, Counter> tokens = new ConcurrentHashMap<>();
  private final Map<Asked, Timer> answers = new ConcurrentHashMap<>();

  CallMetrics(MeterRegistry registry, Timer decisions) {
    this.registry = registry;
    this.decisions = decisions;
    this.drained =
        Counter.builder("weir.llm.drains")
            .description("Answers that were read on after their client had gone")
            .register(registry);
    Gauge.builder("weir.llm.calls.open", open, AtomicInteger::get)
        .description("Admitted calls that are not settled yet")
        .register(registry);
    Gauge.builder("weir.llm.drains.open", draining, AtomicInteger::get)
        .description("Answers that are being read on without a client")
        .register(registry);
  }

  private record Ended(String route, String provider, CallEnding ending) {}

  private record Used(String route, String model, String kind) {}

  private record Asked(String route, String provider) {}

  /** Admitted calls that are not settled yet. */
  public int openCalls() {
    return open.get();
  }

  @Override
  public void calls(int change) {
    open.addAndGet(change);
  }

  @Override
  public void ended(String route, String provider, CallEnding ending) {
    calls
        .computeIfAbsent(
            new Ended(route, provider, ending),
            name ->
                Counter.builder("weir.llm.calls")
                    .description("Calls of LLM routes by how they ended")
                    .tags("route", route, "provider", provider)
                    .tag("outcome", ending.name().toLowerCase(Locale.ROOT))
                    .register(registry))
        .increment();
  }

  @Override
  public void decided(long nanos) {
    decisions.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void answered(String route, String provider, long nanos) {
    answers
        .computeIfAbsent(
            new Asked(route, provider),
            name ->
                Timer.builder("weir.llm.answer")
                    .description("Time from the reach for a provider to the head of its answer")
                    .tags("route", route, "provider", provider)
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void used(String route, String model, Tokens used, boolean estimated) {
    count(route, model, "input", used.input() - used.cachedInput());
    count(route, model, "cached_input", used.cachedInput());
    count(route, model, "output", used.output() - used.reasoning());
    count(route, model, "reasoning", used.reasoning());
    if (estimated) {
      count(route, model, "estimated", used.total());
    }
  }

  private void count(String route, String model, String kind, long used) {
    if (used <= 0) {
      return;
    }
    tokens
        .computeIfAbsent(
            new Used(route, model, kind),
            name -> {
              boolean guessed = kind.equals("estimated");
              Counter.Builder builder =
                  Counter.builder(guessed ? "weir.llm.tokens.estimated" : "weir.llm.tokens")
                      .description(
                          guessed
                              ? "Of the tokens used, those that no provider confirmed"
                              : "Tokens used; the kinds are disjoint")
                      .tags("route", route, "model", model);
              return (guessed ? builder : builder.tag("kind", kind)).register(registry);
            })
        .increment((double) used);
  }

  @Override
  public void drains(int change) {
    draining.addAndGet(change);
    if (change > 0) {
      drained.increment();
    }
  }
}
