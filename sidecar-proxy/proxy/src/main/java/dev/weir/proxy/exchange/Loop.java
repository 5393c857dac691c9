package dev.weir.proxy.exchange;

import dev.weir.proxy.identity.KeyDigest;
import dev.weir.proxy.policy.LivePolicy;
import dev.weir.proxy.upstream.Pool;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one event loop share. (NOT thread safe; only {@link #start()} and the
 * drains may be called from other threads.)
 */
public final class Loop {
  private static final long SWEEP_MILLIS = 250;

  private final EventLoop eventLoop;
  private final Set<ClientConnection> connections = new HashSet<>();
  final Pool pool;
  final LivePolicy policy;
  final Observer observer;
  final Settings settings;
  final LongSupplier nanoTime;
  final Clock clock;
  final KeyDigest digest = new KeyDigest();
  private @Nullable LongConsumer alsoSwept;
  private boolean draining;

  /** Shared state for one event loop, which the pool must be of as well. */
  public Loop(
      EventLoop eventLoop,
      Pool pool,
      LivePolicy policy,
      Observer observer,
      Settings settings,
      LongSupplier nanoTime,
      Clock clock) {
    this.eventLoop = eventLoop;
    this.pool = pool;
    this.policy = policy;
    this.observer = observer;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /**
   * What else looks after time-outs here, called a few times a second with the time in nanoseconds.
   * Event loop only.
   */
  public void alsoSweep(LongConsumer sweep) {
    alsoSwept = sweep;
  }

  /** Begins to look after time-outs; call once. */
  public void start() {
    var _ =
        eventLoop.scheduleWithFixedDelay(
            this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Every connection ends with the response that it is at. Any thread. */
  public void drain() {
    eventLoop.execute(
        () -> {
          draining = true;
          List.copyOf(connections).forEach(ClientConnection::drain);
        });
  }

  /** Every connection of a service ends with the response that it is at. Any thread. */
  public void drain(Service service) {
    eventLoop.execute(
        () ->
            List.copyOf(connections).stream()
                .filter(connection -> connection.service().equals(service))
                .forEach(ClientConnection::drain));
  }

  boolean draining() {
    return draining;
  }

  /** The thread of all this. */
  public EventLoop eventLoop() {
    return eventLoop;
  }

  void opened(ClientConnection connection) {
    connections.add(connection);
    observer.connections(1);
  }

  void closed(ClientConnection connection) {
    if (connections.remove(connection)) {
      observer.connections(-1);
    }
  }

  private void sweep() {
    long now = nanoTime.getAsLong();
    List.copyOf(connections).forEach(connection -> connection.sweep(now));
    pool.evict();
    if (alsoSwept != null) {
      alsoSwept.accept(now);
    }
  }
}
