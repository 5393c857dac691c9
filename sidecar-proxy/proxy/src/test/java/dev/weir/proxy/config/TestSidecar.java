package dev.weir.proxy.config;

import static org.awaitility.Awaitility.await;

import dev.weir.protocol.FromOperator;
import dev.weir.protocol.FromSidecar.LimitCount;
import dev.weir.protocol.FromSidecar.StoreHealth;
import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot;
import dev.weir.proxy.report.Reporter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** A sidecar's client with a loop, a blocking thread and an applier of its own. */
final class TestSidecar implements AutoCloseable {
  static final StreamSettings.Timing TIMING =
      new StreamSettings.Timing(
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          Duration.ofMillis(100),
          Duration.ofMillis(10_000),
          Duration.ofSeconds(60));

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ExecutorService blocking = Executors.newSingleThreadExecutor();

  final Path tokenFile;
  final LiveSnapshot live = new LiveSnapshot();
  final ConfigClient client;

  /** What was applied, in order. */
  final Queue<FromOperator.Update> applied = new ConcurrentLinkedQueue<>();

  /** How long the client wanted to wait; it waits a moment only. */
  final Queue<Long> delays = new ConcurrentLinkedQueue<>();

  volatile @Nullable RefusedException refusal;
  volatile StoreHealth health = new StoreHealth(false, true, null);

  TestSidecar(Path directory, FakeOperator operator) throws Exception {
    this(directory, operator, TIMING);
  }

  TestSidecar(Path directory, FakeOperator operator, StreamSettings.Timing timing)
      throws Exception {
    this(directory, operator.url(), Certificates.pem(Certificates.CA), timing);
  }

  TestSidecar(Path directory, URI url, String ca) throws Exception {
    this(directory, url, ca, TIMING);
  }

  TestSidecar(Path directory, URI url, String ca, StreamSettings.Timing timing) throws Exception {
    tokenFile = directory.resolve("token");
    if (!Files.exists(tokenFile)) {
      Files.writeString(tokenFile, "first\n");
    }
    Path state = Files.createDirectories(directory.resolve("state"));
    EventLoop loop = group.next();
    client =
        new ConfigClient(
            new StreamSettings(url, ca, tokenFile, state, "incarnation-1", "1.2.3", timing),
            loop,
            NioSocketChannel.class,
            blocking,
            this::apply,
            live,
            new Reporter(
                loop,
                () -> health,
                () -> List.of(new LimitCount("RateLimitPolicy/api", "per-user", 3, 1)),
                List::of),
            new Random(42),
            (task, delay, unit) -> {
              delays.add(unit.toMillis(delay));
              return loop.schedule(task, 20, TimeUnit.MILLISECONDS);
            });
  }

  private void apply(FromOperator.Update update) throws RefusedException {
    RefusedException refused = refusal;
    if (refused != null) {
      throw refused;
    }
    applied.add(update);
  }

  TestSidecar start() {
    client.start();
    return this;
  }

  @Nullable String revision() {
    LiveSnapshot.Current current = live.current();
    return current == null ? null : current.revision();
  }

  @Override
  public void close() {
    client.close().syncUninterruptibly();
    blocking.shutdown();
    group.shutdownGracefully(1, 5000, TimeUnit.MILLISECONDS).syncUninterruptibly();
  }

  static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(20));
  }

  static FromOperator.Update update(String revision) {
    return update(revision, null, 5000);
  }

  static FromOperator.Update update(String revision, @Nullable String ca, long heartbeatMillis) {
    return new FromOperator.Update(
        revision,
        "n-" + revision,
        new Snapshot(
            "shop/Deployment/api",
            "shop",
            heartbeatMillis,
            new Snapshot.StoreSettings(50),
            List.of(),
            List.of(),
            null,
            List.of(),
            List.of()),
        new Secrets("redis://:hunter2@redis:6379", Map.of("00ff", "acme"), Map.of()),
        ca);
  }
}
