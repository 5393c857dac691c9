package dev.weir.operator.boot;

import dev.weir.operator.world.LeaderLease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.Future;

/**
 * Who leads, and how it ends. A leader that was cut off must stop before another may begin:
 * (request timeout x tries) is less than (lease duration - renew deadline), and a leader that lost
 * the lease ends its process, for a half-stopped one is worse than a restart.
 */
final class Election {

  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final int REQUEST_TIMEOUT_MILLIS = 1000;
  private static final int TRIES = 1;

  private final OperatorConfig config;
  private final String identity;
  private volatile boolean stopping;

  Election(OperatorConfig config) {
    this.config = config;
    this.identity = LeaderLease.identity(config.podName(), config.podIp());
  }

  /** A client whose requests give up early enough. */
  static KubernetesClient client(Config base) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(base)
                .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
                .withConnectionTimeout(REQUEST_TIMEOUT_MILLIS)
                .withRequestRetryBackoffLimit(TRIES)
                .build())
        .build();
  }

  /**
   * Competes for the lead until the returned future is cancelled.
   *
   * @param lead called once, when this replica leads; must not block
   */
  Future<?> enter(KubernetesClient client, Runnable lead) {
    return client
        .leaderElector()
        .withConfig(
            new LeaderElectionConfigBuilder()
                .withName(config.lease())
                .withLock(new LeaseLock(config.namespace(), config.lease(), identity))
                .withLeaseDuration(LEASE)
                .withRenewDeadline(RENEW)
                .withRetryPeriod(RETRY)
                .withLeaderCallbacks(new LeaderCallbacks(lead, this::lost, _ -> {}))
                .build())
        .build()
        .start();
  }

  private void lost() {
    if (!stopping) {
      System.err.println("The lead is lost; ending, so that nothing is written any more");
      Runtime.getRuntime().halt(1);
    }
  }

  /** From now on losing the lead is what we want. */
  void stopping() {
    stopping = true;
  }

  /** Gives the lease away if we hold it, so that nobody has to wait for its end. */
  void release(KubernetesClient client) {
    client
        .leases()
        .inNamespace(config.namespace())
        .withName(config.lease())
        .edit(
            lease -> {
              if (lease.getSpec() != null && identity.equals(lease.getSpec().getHolderIdentity())) {
                lease.getSpec().setHolderIdentity("");
                lease.getSpec().setLeaseDurationSeconds(1);
              }
              return lease;
            });
  }
}
