package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Eventually;
import dev.weir.e2e.harness.HostProcess;
import dev.weir.e2e.harness.Hour;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Policies;
import dev.weir.e2e.harness.Traffic;
import dev.weir.e2e.harness.WeirCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Without an API server requests are decided as before, and all goes on by itself afterwards. */
@OnWeirCluster
class ApiServerOutageE2E {
  private static final int LIMIT = 20;
  private static final int LOWERED = 7;
  private static final Duration READY = Duration.ofMinutes(3);

  private final WeirCluster cluster;

  ApiServerOutageE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  /** Shorter than the operator waits for its lease to be renewed. */
  @Test
  void frozenForAMoment() {
    survives("frozen for 5 s", Duration.ofSeconds(5), HostProcess::thaw);
  }

  /** Longer: the operator ends its process, and the kubelet starts it against a mute server. */
  @Test
  void frozenForLong() {
    survives("frozen for 25 s", Duration.ofSeconds(25), HostProcess::thaw);
  }

  @Test
  void frozenAndKilled() {
    survives("frozen for 5 s and killed", Duration.ofSeconds(5), HostProcess::kill);
  }

  private void survives(String outage, Duration frozen, Consumer<HostProcess> end) {
    String namespace = "api-" + outage.replaceAll("[^a-z0-9]+", "-");
    try (DemoApp app = DemoApp.injected(cluster, namespace, 2)) {
      app.kubectl().apply(Policies.perUser(LIMIT, "1h", ""));
      app.kubectl().await("Ready", "rlpol/api", READY);
      Hour.withRoomFor(READY.plusMinutes(2));
      String before = containers(app);
      // Asked for now: kubectl has nobody to ask later.
      String url = app.url("/");
      HostProcess apiServer = cluster.apiServer();
      int users;
      apiServer.freeze();
      try {
        users = assertExact(url, "during", Instant.now().plus(frozen));
      } finally {
        end.accept(apiServer);
      }
      Instant back = Instant.now();
      users += assertExact(url, "after", back.plusSeconds(5));

      Eventually.that(
          "a lower limit can be applied",
          () -> app.kubectl().tryApply(Policies.perUser(LOWERED, "1h", "")).exit() == 0);
      app.kubectl().await("Ready", "rlpol/api", READY);
      long healed = Duration.between(back, Instant.now()).toSeconds();
      Traffic.Tally tally = asked(url, "lowered");
      assertThat(tally.of(200)).as("%s", tally).isEqualTo(LOWERED);
      assertThat(containers(app)).as("pods and restarts of their sidecars").isEqualTo(before);
      System.out.printf(
          "API server %s: %d of %d admitted for each of %d users, an edit was enforced %d s after"
              + " it was back, restarts of the operator so far: %s%n",
          outage, LIMIT, 2 * LIMIT, users, healed, operatorRestarts());
    }
  }

  /** One user after the other until then; how many. */
  private static int assertExact(String url, String user, Instant until) {
    int users = 0;
    while (Instant.now().isBefore(until)) {
      Traffic.Tally tally = asked(url, user + users);
      assertThat(tally.of(200)).as("admitted for %s: %s", user + users, tally).isEqualTo(LIMIT);
      assertThat(tally.of(429)).as("limited for %s: %s", user + users, tally).isEqualTo(LIMIT);
      users++;
    }
    return users;
  }

  private static Traffic.Tally asked(String url, String user) {
    return Traffic.to(url).with("x-user-id", user).send(2 * LIMIT);
  }

  private static String containers(DemoApp app) {
    return app.kubectl()
        .run(
            "get",
            "pods",
            "-o",
            "jsonpath={range .items[*]}{.metadata.name}"
                + " {.status.initContainerStatuses[*].containerID}{\"\\n\"}{end}");
  }

  private String operatorRestarts() {
    return cluster
        .kubectl()
        .in(WeirCluster.NAMESPACE)
        .run("get", "pods", "-o", "jsonpath={.items[*].status.containerStatuses[*].restartCount}");
  }
}
