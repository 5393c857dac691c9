package dev.weir.operator.reconcile;

import dev.weir.limits.UsageReader;
import dev.weir.operator.compile.Compiler;
import dev.weir.operator.compile.Settings;
import dev.weir.operator.status.RevisionKeeper;
import dev.weir.operator.status.StatusWriter;
import dev.weir.operator.usage.UsagePoller;
import dev.weir.operator.world.ClusterWatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One operator without webhooks, stream and election, on a real API server. */
final class Replica implements AutoCloseable {

  private static final Duration HEARTBEAT = Duration.ofSeconds(2);

  final FakeSidecars sidecars = new FakeSidecars();
  final AtomicInteger writes = new AtomicInteger();
  final ClusterWatch watch;
  final Pipeline pipeline;
  final StatusWriter writer;
  final StatusDesk desk;
  private final RevisionKeeper revisions;
  private final Operator operator;

  /** Without a shared store. */
  Replica(KubernetesClient client) {
    this(client, null);
  }

  /**
   * @param usage reads what was used from the shared store; null without one
   */
  Replica(KubernetesClient client, @Nullable UsageReader usage) {
    Clock clock = Clock.systemUTC();
    Leadership leadership = new Leadership(clock);
    watch = new ClusterWatch(client);
    pipeline =
        new Pipeline(
            watch, new Compiler(new Settings(HEARTBEAT.toMillis(), 50, null)), sidecars, _ -> {});
    writer = new StatusWriter(client, clock, "replica", _ -> writes.incrementAndGet());
    revisions = new RevisionKeeper(client, watch::revisions);
    desk =
        new StatusDesk(
            watch,
            pipeline,
            sidecars,
            writer,
            revisions,
            leadership,
            HEARTBEAT,
            usage != null,
            clock);
    if (usage != null) {
      desk.useUsage(new UsagePoller(usage, pipeline::compilation, desk::recheck, clock));
    }
    operator =
        new Operator(
            overrider -> overrider.withKubernetesClient(client).withCloseClientOnStop(false));
    Controllers.register(operator, desk);
    watch.start();
    pipeline.start();
    writer.start();
    leadership.take();
    operator.start();
  }

  @Override
  public void close() {
    operator.stop();
    pipeline.close();
    writer.close();
    revisions.close();
    watch.close();
  }
}
