package dev.weir.proxy.boot;

import dev.weir.limits.Store;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.Snapshot.Limit;
import dev.weir.proxy.config.RefusedException;
import dev.weir.proxy.exchange.Ending;
import dev.weir.proxy.exchange.Observer;
import dev.weir.proxy.exchange.Settings;
import dev.weir.proxy.inbound.Places;
import dev.weir.proxy.policy.Counts;
import dev.weir.proxy.policy.LivePolicy;
import dev.weir.proxy.policy.Stores;
import dev.weir.proxy.testing.Origin;
import dev.weir.proxy.testing.RawClient;
import dev.weir.proxy.testing.ScriptedStore;
import dev.weir.proxy.testing.Snapshots;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The data plane on real sockets in front of a scripted application. */
final class TestProxy implements AutoCloseable, Observer {
  static final Settings PATIENT =
      new Settings(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(2), true);

  final Origin origin = new Origin();
  final ScriptedStore store = new ScriptedStore();
  final Counts counts = new Counts();
  final LivePolicy policy;
  final AtomicInteger connections = new AtomicInteger();
  private final Map<Ending, AtomicInteger> endings = new EnumMap<>(Ending.class);
  private final Transport transport = Transport.open(1);
  final DataPlane plane;

  TestProxy(Limit... limits) throws Exception {
    this(PATIENT, 1000, limits);
  }

  TestProxy(Settings settings, int maxConnections, Limit... limits) throws Exception {
    this(settings, maxConnections, null, limits);
  }

  TestProxy(
      Settings settings,
      int maxConnections,
      @Nullable InetSocketAddress application,
      Limit... limits)
      throws Exception {
    this(settings, maxConnections, application, Snapshots.update("r1", limits), false);
  }

  private TestProxy(
      Settings settings,
      int maxConnections,
      @Nullable InetSocketAddress application,
      FromOperator.Update update,
      boolean opensStores)
      throws Exception {
    Stores stores = opensStores ? new OpenedStores(transport.group()) : where -> store;
    policy = new LivePolicy(stores, counts, Store::close);
    for (Ending ending : Ending.values()) {
      endings.put(ending, new AtomicInteger());
    }
    policy.apply(update);
    plane =
        new DataPlane(
            transport,
            0,
            new Places(maxConnections),
            application == null ? origin.address() : application,
            policy,
            this,
            settings);
  }

  /** Decides by the store that the update names. */
  static TestProxy withItsStore(FromOperator.Update update) throws Exception {
    return new TestProxy(PATIENT, 1000, null, update, true);
  }

  /** The store in force. */
  Store opened() {
    return Objects.requireNonNull(policy.store());
  }

  void apply(FromOperator.Update update) throws RefusedException {
    policy.apply(update);
  }

  RawClient client() throws IOException {
    return new RawClient(plane.port());
  }

  int endings(Ending ending) {
    return endings.getOrDefault(ending, new AtomicInteger()).get();
  }

  @Override
  public void ended(Ending ending) {
    endings.getOrDefault(ending, new AtomicInteger()).incrementAndGet();
  }

  @Override
  public void decided(long nanos) {}

  @Override
  public void answered(long nanos) {}

  @Override
  public void connections(int change) {
    connections.addAndGet(change);
  }

  /** As at the end of the process: whoever is still connected is cut off. */
  void stopLoops() {
    transport.stop().syncUninterruptibly();
  }

  @Override
  public void close() throws IOException {
    if (!transport.group().isShuttingDown()) {
      plane.close();
      opened().close();
      stopLoops();
    }
    origin.close();
  }
}
