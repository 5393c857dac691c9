package dev.weir.operator.reconcile;

import dev.weir.operator.compile.Compiler;
import dev.weir.operator.compile.Settings;
import dev.weir.operator.status.RevisionKeeper;
import dev.weir.operator.status.StatusWriter;
import dev.weir.operator.world.ClusterWatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

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

  Replica(KubernetesClient client) {
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
            watch, pipeline, sidecars, writer, revisions, leadership, HEARTBEAT, false, clock);
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
