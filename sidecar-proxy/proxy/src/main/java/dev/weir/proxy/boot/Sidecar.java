package dev.weir.proxy.boot;

import dev.weir.limits.Store;
import dev.weir.protocol.FromSidecar.StoreHealth;
import dev.weir.proxy.admin.AdminServer;
import dev.weir.proxy.admin.Health;
import dev.weir.proxy.admin.Metrics;
import dev.weir.proxy.config.ConfigClient;
import dev.weir.proxy.config.LiveSnapshot;
import dev.weir.proxy.config.StreamSettings;
import dev.weir.proxy.exchange.Settings;
import dev.weir.proxy.inbound.Places;
import dev.weir.proxy.llm.LlmSettings;
import dev.weir.proxy.llm.Providers;
import dev.weir.proxy.policy.Counts;
import dev.weir.proxy.policy.LivePolicy;
import dev.weir.proxy.report.Reporter;
import dev.weir.proxy.upstream.ClientTls;
import dev.weir.proxy.upstream.Resolver;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of a running sidecar. Thread-safe. */
final class Sidecar implements Health {
  private static final Logger log = LoggerFactory.getLogger(Sidecar.class);

  /** Below the 30 s that Kubernetes gives by default. */
  private static final Duration DRAIN = Duration.ofSeconds(25);

  private static final long RETIRE_SECONDS = 30;
  private static final long LAST_CALLS_MILLIS = 1000;
  private static final long LAST_WORDS_SECONDS = 2;

  /** Where the application listens: on the pod's own loopback. */
  private static final InetAddress APPLICATION = InetAddress.ofLiteral("127.0.0.1");

  private final Transport transport;
  private final OpenedStores stores;
  private final LivePolicy policy;
  private final Metrics metrics;
  private final DataPlane plane;
  private final Gateway gateway;
  private final ExecutorService lookups;
  private final ExecutorService handshakes;
  private final AdminServer admin;
  private final ConfigClient client;
  private volatile boolean draining;

  /**
   * Starts everything; the ports are bound when it returns.
   *
   * @throws Exception when a port cannot be bound
   */
  Sidecar(ProxyConfig config) throws Exception {
    transport = Transport.open(config.eventLoops());
    stores = new OpenedStores(transport.group());
    Counts counts = new Counts();
    policy = new LivePolicy(stores, counts, this::retire);
    metrics = new Metrics(policy, counts);
    admin =
        AdminServer.bind(
            transport.group(),
            transport.server(),
            config.adminPort(),
            this,
            metrics,
            config.drainToken());
    Places places = new Places(config.maxConnections());
    plane =
        new DataPlane(
            transport,
            config.listenPort(),
            places,
            new InetSocketAddress(APPLICATION, config.appPort()),
            policy,
            metrics,
            Settings.standard(config.debugHeaders()));
    Providers providers = new Providers();
    lookups = threads("weir-lookup");
    handshakes = threads("weir-tls");
    gateway =
        new Gateway(
            transport,
            plane.loops(),
            places,
            policy,
            providers,
            new Resolver(lookups),
            new ClientTls(handshakes),
            metrics.calls(),
            LlmSettings.standard(config.debugHeaders()));
    EventLoop loop = transport.group().next();
    client =
        new ConfigClient(
            new StreamSettings(
                config.configUrl(),
                config.ca(),
                config.tokenFile(),
                config.stateDir(),
                UUID.randomUUID().toString(),
                Objects.requireNonNullElse(
                    Sidecar.class.getPackage().getImplementationVersion(), "development"),
                StreamSettings.Timing.DEFAULT),
            loop,
            transport.client(),
            blocking(),
            gateway,
            new LiveSnapshot(),
            new Reporter(loop, this::storeHealth, counts::counts, providers::health));
    client.start();
    log.info("Listening: {}", config);
  }

  private static ExecutorService blocking() {
    return Executors.newSingleThreadExecutor(
        Thread.ofPlatform().daemon().name("weir-config").factory());
  }

  /** A few threads, which end when they have nothing to do: most sidecars never need them. */
  private static ExecutorService threads(String name) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            2,
            2,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private void retire(Store store) {
    var _ = transport.group().schedule(store::close, RETIRE_SECONDS, TimeUnit.SECONDS);
  }

  private StoreHealth storeHealth() {
    Store store = policy.store();
    if (store == null) {
      return new StoreHealth(false, true, null);
    }
    Store.Health health = store.health();
    return new StoreHealth(health.shared(), health.available(), health.error());
  }

  @Override
  public boolean started() {
    return policy.rules() != null && stores.isWarm();
  }

  @Override
  public boolean ready() {
    return !draining && started();
  }

  @Override
  public void drain() {
    if (!draining) {
      draining = true;
      log.info("Draining: connections end with the response that they are at");
      plane.drain();
    }
  }

  /** A call may outlive its client's connection, while its answer is read on for its usage. */
  private boolean busy() {
    return metrics.openConnections() > 0 || metrics.calls().openCalls() > 0;
  }

  /** Lets what is in flight end, within bounds, tells the operator the last numbers, and stops. */
  void stop() throws InterruptedException {
    drain();
    plane.close();
    gateway.close();
    long deadline = System.nanoTime() + DRAIN.toNanos();
    while (busy() && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    if (busy()) {
      log.warn(
          "{} connections and {} calls of providers were still open at the end",
          metrics.openConnections(),
          metrics.calls().openCalls());
    }
    // Before the store ends, which takes what they used.
    gateway.endCalls(LAST_CALLS_MILLIS);
    client.close().await(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
    Store store = policy.store();
    if (store != null) {
      store.close();
    }
    admin.close();
    lookups.shutdownNow();
    handshakes.shutdownNow();
    transport.stop().await(2, TimeUnit.SECONDS);
  }
}
