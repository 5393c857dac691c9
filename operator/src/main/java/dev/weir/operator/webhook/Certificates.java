package dev.weir.operator.webhook;

import dev.weir.operator.webhook.TlsMaterial.Chain;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This replica's certificates: the shared authority, a leaf of its own in memory, the caBundle.
 * {@link #ready()} once the API server can call us. Thread-safe.
 */
public final class Certificates implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final TrustSecret secret;
  private final CaBundle caBundle;
  private final TlsMaterial tls;
  private final List<String> dnsNames;
  private final List<String> addresses;
  private final Lifetimes lifetimes;
  private final Clock clock;
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("weir-certificates").factory());

  private @Nullable AutoCloseable watch;
  private @Nullable Authority leaf;
  private volatile @Nullable String bundle;
  private volatile boolean published;

  /**
   * @param secret name of the Secret in the namespace
   * @param configuration name of the MutatingWebhookConfiguration
   * @param service the Service that the API server and sidecars call
   * @param addresses IP addresses of this replica, for sidecars that were sent to the leader
   */
  public Certificates(
      KubernetesClient client,
      String namespace,
      String secret,
      String configuration,
      String service,
      List<String> addresses,
      TlsMaterial tls,
      Lifetimes lifetimes,
      Clock clock) {
    this.secret = new TrustSecret(client, namespace, secret, lifetimes, clock);
    this.caBundle = new CaBundle(client, configuration);
    this.tls = tls;
    this.lifetimes = lifetimes;
    this.clock = clock;
    this.addresses = List.copyOf(addresses);
    String host = service + "." + namespace + ".svc";
    this.dnsNames = List.of(host, host + ".cluster.local");
  }

  /** Loads a first leaf, then keeps everything current until closed; retries until it can. */
  public void start() {
    timer.execute(this::tickUntilPublished);
    var _ =
        timer.scheduleWithFixedDelay(
            this::tickSafely, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** True once a leaf is loaded and the API server knows its issuer. */
  public boolean ready() {
    return published && bundle != null;
  }

  /**
   * The trusted certificates in PEM.
   *
   * @throws IllegalStateException before there are any
   */
  public String bundle() {
    String known = bundle;
    if (known == null) {
      throw new IllegalStateException("There is no certificate authority yet");
    }
    return known;
  }

  /** Told of each new {@link #bundle()}, and of the present one at once if there is one. */
  public void onBundle(Consumer<String> listener) {
    listeners.add(listener);
    String known = bundle;
    if (known != null) {
      listener.accept(known);
    }
  }

  /** Does what is due by the clock; the trusted certificates go out before one is used. */
  public synchronized void tick() {
    Trust trust = secret.current();
    String pem = trust.bundle();
    if (!pem.equals(bundle)) {
      bundle = pem;
      listeners.forEach(listener -> listener.accept(pem));
    }
    published = caBundle.publish(pem);
    Authority present = leaf;
    if (present == null || present.isDue(clock.instant()) || !trust.signing().issued(present)) {
      Authority fresh =
          trust.signing().issue(dnsNames, addresses, clock.instant(), lifetimes.leaf());
      tls.load(new Chain(fresh.key(), List.of(fresh.certificate())));
      leaf = fresh;
      LOG.info("Serving certificate until {}", fresh.certificate().getNotAfter().toInstant());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    AutoCloseable open = watch;
    if (open != null) {
      try {
        open.close();
      } catch (Exception e) {
        LOG.debug("Closing the watch", e);
      }
    }
  }

  private void tickUntilPublished() {
    try {
      if (watch == null) {
        watch = caBundle.watch(this::tickSoon);
      }
    } catch (RuntimeException e) {
      LOG.warn("Can't watch the webhook configuration yet: {}", e.toString());
    }
    tickSafely();
    if (watch == null || !ready()) {
      var _ = timer.schedule(this::tickUntilPublished, RETRY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void tickSoon() {
    if (!timer.isShutdown()) {
      timer.execute(this::tickSafely);
    }
  }

  private void tickSafely() {
    try {
      tick();
    } catch (RuntimeException e) {
      LOG.warn("Certificates: {}; tried again", e.toString());
    }
  }
}
