package dev.weir.proxy.report;

import dev.weir.protocol.FromSidecar;
import dev.weir.protocol.FromSidecar.LimitCount;
import dev.weir.protocol.FromSidecar.ProviderHealth;
import dev.weir.protocol.FromSidecar.StoreHealth;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a report at every heartbeat and soon after the store's health changed, while there is a
 * connection. (NOT thread safe: everything on the thread of {@code scheduler}.)
 */
public final class Reporter {
  private static final Logger log = LoggerFactory.getLogger(Reporter.class);

  /** How often the store is looked at; well below the shortest useful heartbeat. */
  private static final long LOOK_MILLIS = 200;

  private final ScheduledExecutorService scheduler;
  private final Supplier<StoreHealth> health;
  private final Supplier<List<LimitCount>> limits;
  private final Supplier<List<ProviderHealth>> providers;

  private @Nullable Consumer<FromSidecar.Report> connection;
  private @Nullable Future<?> heartbeat;
  private @Nullable Future<?> look;
  private @Nullable StoreHealth told;
  private long everyMillis;

  /** The suppliers are called on the scheduler's thread and must not block. */
  public Reporter(
      ScheduledExecutorService scheduler,
      Supplier<StoreHealth> health,
      Supplier<List<LimitCount>> limits,
      Supplier<List<ProviderHealth>> providers) {
    this.scheduler = scheduler;
    this.health = health;
    this.limits = limits;
    this.providers = providers;
  }

  /** Reports at once and from now on to this connection. */
  public void start(long everyMillis, Consumer<FromSidecar.Report> connection) {
    stop();
    this.connection = connection;
    this.everyMillis = everyMillis;
    schedule();
    look =
        scheduler.scheduleWithFixedDelay(
            this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    report();
  }

  /** Changes the interval; nothing happens when it is the same or there is no connection. */
  public void every(long millis) {
    if (connection != null && millis != everyMillis) {
      everyMillis = millis;
      cancel(heartbeat);
      schedule();
    }
  }

  /** Sends what there is to tell now, for example before a connection ends. */
  public void report() {
    if (connection == null) {
      return;
    }
    try {
      StoreHealth now = health.get();
      connection.accept(new FromSidecar.Report(now, limits.get(), providers.get()));
      told = now;
    } catch (RuntimeException e) {
      // Thrown on, it would end the schedule, and the sidecar would count as gone.
      log.error("A report could not be made", e);
    }
  }

  /** No report until the next start. */
  public void stop() {
    cancel(heartbeat);
    cancel(look);
    connection = null;
    told = null;
  }

  private void look() {
    StoreHealth now = health.get();
    // A new error text alone waits for the heartbeat; it may change with every command.
    if (told == null || now.available() != told.available() || now.shared() != told.shared()) {
      report();
    }
  }

  private void schedule() {
    heartbeat =
        scheduler.scheduleAtFixedRate(
            this::report, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
  }

  private static void cancel(@Nullable Future<?> task) {
    if (task != null) {
      task.cancel(false);
    }
  }
}
