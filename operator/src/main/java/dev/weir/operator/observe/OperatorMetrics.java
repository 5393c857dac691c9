package dev.weir.operator.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The operator's own metrics. No label has a value that users choose, so that their number does not
 * grow with the cluster.
 */
public final class OperatorMetrics {

  private final MeterRegistry registry;
  private final Timer compile;

  public OperatorMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.compile =
        Timer.builder("weir.compile")
            .description("One compilation of the world")
            .register(registry);
  }

  /** A compilation took so long. */
  public void compiled(Duration time) {
    compile.record(time);
  }

  /** A status was written with this result: {@code applied}, {@code gone} or {@code failed}. */
  public void statusWritten(String result) {
    registry.counter("weir.status.writes", "result", result).increment();
  }

  /**
   * Objects by kind and by whether they are Ready.
   *
   * @param ready one entry for each object
   */
  public void policies(String kind, Supplier<List<Boolean>> ready) {
    for (boolean value : List.of(true, false)) {
      gauge(
          "weir.policies",
          "Objects by readiness",
          () -> ready.get().stream().filter(is -> is == value).count(),
          "kind",
          kind,
          "ready",
          Boolean.toString(value));
    }
  }

  /** Sidecars that are connected to this replica. */
  public void sidecars(Supplier<Number> connected) {
    gauge("weir.sidecars.connected", "Sidecars connected to this replica", connected);
  }

  /** Statuses that wait to be written. */
  public void waiting(Supplier<Number> waiting) {
    gauge("weir.status.waiting", "Statuses that wait to be written", waiting);
  }

  /** Whether this replica leads. */
  public void leader(BooleanSupplier leads) {
    gauge("weir.leader", "1 while this replica leads", () -> leads.getAsBoolean() ? 1 : 0);
  }

  /** Which watches are connected, by kind; the kinds do not change. */
  public void informers(Supplier<Map<String, Boolean>> watching) {
    for (String kind : watching.get().keySet()) {
      gauge(
          "weir.informer.watching",
          "1 while the watch is connected",
          () -> Boolean.TRUE.equals(watching.get().get(kind)) ? 1 : 0,
          "kind",
          kind);
    }
  }

  private void gauge(String name, String help, Supplier<Number> value, String... tags) {
    Gauge.builder(name, value).description(help).tags(tags).register(registry);
  }
}
