package dev.weir.operator.boot;

import dev.weir.limits.RedisUsageReader;
import dev.weir.limits.UsageReader;
import dev.weir.operator.compile.Compiler;
import dev.weir.operator.compile.Settings;
import dev.weir.operator.inject.InjectionSettings;
import dev.weir.operator.inject.Injector;
import dev.weir.operator.observe.Health;
import dev.weir.operator.observe.ObserveServer;
import dev.weir.operator.observe.OperatorMetrics;
import dev.weir.operator.reconcile.Controllers;
import dev.weir.operator.reconcile.Leadership;
import dev.weir.operator.reconcile.Pipeline;
import dev.weir.operator.reconcile.StatusDesk;
import dev.weir.operator.status.RevisionKeeper;
import dev.weir.operator.status.Standing;
import dev.weir.operator.status.StatusWriter;
import dev.weir.operator.stream.ConfigRoute;
import dev.weir.operator.stream.ConfigServer;
import dev.weir.operator.stream.TokenReviews;
import dev.weir.operator.usage.UsagePoller;
import dev.weir.operator.webhook.Certificates;
import dev.weir.operator.webhook.EdgeServer;
import dev.weir.operator.webhook.Lifetimes;
import dev.weir.operator.webhook.RefusalEvents;
import dev.weir.operator.webhook.TlsMaterial;
import dev.weir.operator.world.ClusterWatch;
import dev.weir.operator.world.LeaderLease;
import dev.weir.operator.world.PolicyRef;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts of one replica, wired. Watching, compiling, webhooks and the stream's port run on every
 * replica; reconciling, status and the stream itself on the leader.
 */
final class WeirOperator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WeirOperator.class);

  private static final Duration DRAIN = Duration.ofSeconds(5);

  /** How long a reading of usage may take; nobody waits for it. */
  private static final Duration READING = Duration.ofSeconds(2);

  private final Clock clock = Clock.systemUTC();
  private final KubernetesClient client;
  private final KubernetesClient electionClient;
  private final Election election;
  private final Leadership leadership = new Leadership(clock);
  private final LeaderLease lease;
  private final ClusterWatch watch;
  private final Certificates certificates;
  private final ExecutorService frames =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("weir-frames-", 0).factory());
  private final ConfigServer stream;
  private final EdgeServer edge;
  private final Pipeline pipeline;
  private final StatusWriter writer;
  private final RevisionKeeper revisions;
  private final StatusDesk desk;
  private final @Nullable UsageReader usage;
  private final Operator controllers;
  private volatile @Nullable Future<?> candidacy;
  private final ObserveServer observe;
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("weir-ticks").daemon().factory());

  /** Builds all, starts nothing. */
  WeirOperator(OperatorConfig config, Config kubernetes) {
    client = new KubernetesClientBuilder().withConfig(kubernetes).build();
    electionClient = Election.client(kubernetes);
    election = new Election(config);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    OperatorMetrics metrics = new OperatorMetrics(registry);

    watch = new ClusterWatch(client);
    lease = new LeaderLease(client, config.namespace(), config.lease());

    TlsMaterial tls = new TlsMaterial();
    certificates =
        new Certificates(
            client,
            config.namespace(),
            config.caSecret(),
            config.webhookConfiguration(),
            config.service(),
            List.of(config.podIp()),
            tls,
            Lifetimes.DEFAULT,
            clock);
    stream = new ConfigServer(watch::workloadOf, "", clock, config.heartbeat(), frames);
    certificates.onBundle(stream::trust);
    ConfigRoute route =
        new ConfigRoute(
            stream,
            new TokenReviews(client),
            () -> lease.address().map(ip -> ip + ":" + config.httpsPort()));
    edge =
        new EdgeServer(
            config.httpsPort(),
            tls,
            new Injector(injection(config)),
            certificates::bundle,
            new RefusalEvents(client, clock),
            registry,
            route::addTo);

    Settings settings =
        new Settings(
            config.heartbeat().toMillis(), config.storeTimeout().toMillis(), config.redisUrl());
    pipeline = new Pipeline(watch, new Compiler(settings), stream, metrics::compiled);
    writer = new StatusWriter(client, clock, config.podName(), metrics::statusWritten);
    revisions = new RevisionKeeper(client, watch::revisions);
    desk =
        new StatusDesk(
            watch,
            pipeline,
            stream,
            writer,
            revisions,
            leadership,
            config.heartbeat(),
            config.redisUrl() != null,
            clock);
    String redisUrl = config.redisUrl();
    if (redisUrl == null) {
      usage = null;
    } else {
      UsageReader reader = new RedisUsageReader(redisUrl, READING);
      desk.useUsage(new UsagePoller(reader, pipeline::compilation, desk::recheck, clock));
      usage = reader;
    }

    controllers =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withReconciliationTerminationTimeout(DRAIN));
    Controllers.register(controllers, desk);

    Health health =
        new Health()
            .await("informers", watch::synced)
            .await("a first compilation", pipeline::compiled)
            .await("the webhooks' caBundle", certificates::ready);
    observe = new ObserveServer(config.httpPort(), health, registry);
    for (String kind : PolicyRef.KINDS) {
      metrics.policies(kind, () -> readiness(kind));
    }
    metrics.leader(leadership::held);
    metrics.sidecars(() -> stream.connected().size());
    metrics.waiting(writer::waiting);
    metrics.informers(watch::watching);
  }

  private static InjectionSettings injection(OperatorConfig config) {
    OperatorConfig.Sidecar sidecar = config.sidecar();
    return new InjectionSettings(
        config.namespace(),
        config.service(),
        sidecar.image(),
        sidecar.pullPolicy(),
        sidecar.cpuRequest(),
        sidecar.memoryRequest(),
        sidecar.memoryLimit());
  }

  /** Starts everything and returns; what must wait for something waits in its own thread. */
  void start() {
    observe.start();
    watch.start();
    lease.start();
    certificates.start();
    edge.start();
    pipeline.start();
    writer.start();
    var _ = ticks.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    candidacy = election.enter(electionClient, this::lead);
  }

  private void lead() {
    log.info("This replica leads");
    leadership.take();
    serveStream();
    // Blocks until JOSDK's informers know their objects, which the election must not wait for.
    Thread.ofPlatform().name("weir-controllers").start(this::reconcile);
  }

  /** A leader that cannot reconcile must not keep the lead. */
  private void reconcile() {
    try {
      controllers.start();
    } catch (RuntimeException e) {
      log.error("the controllers cannot start; ending", e);
      System.exit(1);
    }
  }

  /** Before the world is known, sidecars would be told that their pods do not exist. */
  private void serveStream() {
    if (leadership.held() && pipeline.compiled()) {
      stream.lead(true);
    }
  }

  private void tick() {
    try {
      serveStream();
      stream.sweep();
      desk.tick();
    } catch (RuntimeException e) {
      log.error("a regular task failed", e);
    }
  }

  int httpPort() {
    return observe.port();
  }

  /**
   * Ends in the order that loses least: first no new statuses, then the lease, so that another
   * replica can begin, then the sidecars, which find it.
   */
  @Override
  public void close() {
    election.stopping();
    quietly("controllers", controllers::stop);
    Future<?> entered = candidacy;
    if (entered != null) {
      entered.cancel(true);
    }
    quietly("status writer", writer::close);
    quietly("revision keeper", revisions::close);
    quietly("lease", () -> election.release(electionClient));
    ticks.shutdownNow();
    quietly("stream", () -> stream.lead(false));
    quietly("https", edge::close);
    quietly("certificates", certificates::close);
    quietly("pipeline", pipeline::close);
    quietly("watches", watch::close);
    quietly("lease watch", lease::close);
    UsageReader reader = usage;
    if (reader != null) {
      quietly("usage", reader::close);
    }
    quietly("http", observe::close);
    frames.shutdownNow();
    quietly("clients", electionClient::close);
    quietly("clients", client::close);
    log.info("Weir operator ended");
  }

  private static void quietly(String what, Runnable close) {
    try {
      close.run();
    } catch (RuntimeException e) {
      log.warn("closing {}: {}", what, e.toString());
    }
  }

  private List<Boolean> readiness(String kind) {
    return watch
        .objects()
        .filter(object -> object.ref().kind().equals(kind))
        .map(
            object ->
                Standing.conditions(object.status()).stream()
                    .anyMatch(
                        condition ->
                            condition.type().equals("Ready") && condition.status().equals("True")))
        .toList();
  }
}
