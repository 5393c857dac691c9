package dev.weir.proxy.boot;

import dev.weir.protocol.Snapshot.Limit;
import dev.weir.protocol.Snapshot.Plan;
import dev.weir.protocol.Snapshot.Route;
import dev.weir.protocol.Snapshot.Timeouts;
import dev.weir.proxy.config.RefusedException;
import dev.weir.proxy.exchange.Ending;
import dev.weir.proxy.exchange.Observer;
import dev.weir.proxy.inbound.Places;
import dev.weir.proxy.llm.CallEnding;
import dev.weir.proxy.llm.CallObserver;
import dev.weir.proxy.llm.LlmSettings;
import dev.weir.proxy.llm.Providers;
import dev.weir.proxy.policy.Counts;
import dev.weir.proxy.policy.LivePolicy;
import dev.weir.proxy.policy.Tokens;
import dev.weir.proxy.testing.Origin;
import dev.weir.proxy.testing.RawClient;
import dev.weir.proxy.testing.ScriptedStore;
import dev.weir.proxy.testing.Snapshots;
import dev.weir.proxy.upstream.ClientTls;
import dev.weir.proxy.upstream.Resolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A sidecar's LLM listeners on real sockets in front of a scripted provider. */
final class TestGateway implements AutoCloseable, CallObserver {
  static final String HOST = "provider.test";

  /** Where the name leads. */
  static final Resolver.Lookup LOOPBACK =
      host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};

  final Origin provider;
  final ScriptedStore store = new ScriptedStore();
  final Counts counts = new Counts();
  final Providers providers = new Providers();
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger drains = new AtomicInteger();
  final AtomicInteger connections = new AtomicInteger();
  final Queue<CallEnding> endings = new ConcurrentLinkedQueue<>();
  final int port = freePort();
  final Gateway gateway;
  final DataPlane plane;
  private final LivePolicy policy = new LivePolicy(where -> store, counts, old -> {});
  private final Transport transport = Transport.open(1);
  private final ExecutorService blocking = Executors.newFixedThreadPool(2);

  TestGateway() throws Exception {
    this(
        new Origin(),
        LOOPBACK,
        List.of(),
        new LlmSettings(Duration.ofSeconds(30), 64, 1 << 16, true));
  }

  TestGateway(LlmSettings settings) throws Exception {
    this(new Origin(), LOOPBACK, List.of(), settings);
  }

  /**
   * @param names null for the resolver that production uses
   */
  TestGateway(
      Origin provider,
      Resolver.@Nullable Lookup names,
      List<X509Certificate> trusted,
      LlmSettings settings)
      throws Exception {
    this(provider, names, trusted, settings, new Places(1000));
  }

  private TestGateway(
      Origin provider,
      Resolver.@Nullable Lookup names,
      List<X509Certificate> trusted,
      LlmSettings settings,
      Places places)
      throws Exception {
    this.provider = provider;
    plane =
        new DataPlane(
            transport, 0, places, provider.address(), policy, new Ignored(), TestProxy.PATIENT);
    gateway =
        new Gateway(
            transport,
            plane.loops(),
            places,
            policy,
            providers,
            names == null
                ? new Resolver(blocking)
                : new Resolver(names, address -> false, blocking),
            new ClientTls(blocking, trusted),
            this,
            settings);
  }

  /** With room for so many clients. */
  static TestGateway withPlaces(int most) throws Exception {
    return new TestGateway(
        new Origin(), LOOPBACK, List.of(), LlmSettings.standard(false), new Places(most));
  }

  static int freePort() {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** In force: one route without limits and with patience. */
  TestGateway serving() throws RefusedException {
    return serving(route());
  }

  TestGateway serving(Route... routes) throws RefusedException {
    gateway.apply(Snapshots.routes("r1", routes));
    return this;
  }

  Route route(Limit... limits) {
    return route(List.of(limits), List.of());
  }

  Route route(List<Limit> limits, List<Plan> plans) {
    return Snapshots.route("chat", port, baseUrl("http", HOST), limits, plans);
  }

  String baseUrl(String scheme, String host) {
    return scheme + "://" + host + ":" + provider.address().getPort() + "/v1";
  }

  static Route with(Route route, Timeouts timeouts) {
    return new Route(
        route.name(),
        route.port(),
        route.cluster(),
        route.counter(),
        route.planHeaders(),
        timeouts,
        route.providers(),
        route.models(),
        route.policies(),
        route.plans(),
        route.identity(),
        route.consumers());
  }

  static Route with(Route route, int port, boolean cluster) {
    return new Route(
        route.name(),
        port,
        cluster,
        route.counter(),
        route.planHeaders(),
        route.timeouts(),
        route.providers(),
        route.models(),
        route.policies(),
        route.plans(),
        route.identity(),
        route.consumers());
  }

  RawClient client() throws IOException {
    return new RawClient(port);
  }

  long ledger(String line) {
    return store.used("u/chat", line);
  }

  /** Waits until all calls are settled, and for that many of them. */
  void awaitSettled(int calls) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> open.get() == 0 && store.settled().size() >= calls);
  }

  void awaitEnding(CallEnding ending) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> endings.contains(ending));
  }

  @Override
  public void calls(int change) {
    open.addAndGet(change);
  }

  @Override
  public void ended(String route, String by, CallEnding ending) {
    endings.add(ending);
  }

  @Override
  public void decided(long nanos) {}

  @Override
  public void answered(String route, String by, long nanos) {}

  @Override
  public void used(String route, String model, Tokens tokens, boolean estimated) {}

  @Override
  public void drains(int change) {
    drains.addAndGet(change);
  }

  /** As at the end of the process. */
  void endCalls() {
    try {
      gateway.endCalls(10_000);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    gateway.close();
    plane.close();
    endCalls();
    transport.stop().awaitUninterruptibly(10, TimeUnit.SECONDS);
    blocking.shutdownNow();
    provider.close();
  }

  private final class Ignored implements Observer {
    @Override
    public void ended(Ending ending) {}

    @Override
    public void decided(long nanos) {}

    @Override
    public void answered(long nanos) {}

    @Override
    public void connections(int change) {
      connections.addAndGet(change);
    }
  }
}
