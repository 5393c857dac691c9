package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Hour;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Policies;
import dev.weir.e2e.harness.RedisCounters;
import dev.weir.e2e.harness.Traffic;
import dev.weir.e2e.harness.WeirCluster;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A limit holds across all pods, exactly. */
@OnWeirCluster
class SharedLimitE2E {
  private static final int LIMIT = 100;
  private final WeirCluster cluster;

  SharedLimitE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void twoPodsAdmitExactlyTheLimitForEachOfThreeUsers() {
    try (DemoApp app = DemoApp.injected(cluster, "shared-exact", 2)) {
      limited(app);
      Hour.withRoomFor(Duration.ofMinutes(2));
      for (String user : List.of("ann", "bob", "cleo")) {
        Traffic.Tally tally = app.traffic("/").with("x-user-id", user).send(2 * LIMIT);
        assertThat(tally.of(200)).as("admitted for %s of %s", user, tally).isEqualTo(LIMIT);
        assertThat(tally.of(429)).as("limited for %s of %s", user, tally).isEqualTo(LIMIT);
      }
      assertThat(RedisCounters.used(cluster.redis(), app.namespace(), "r/api/per-user/"))
          .as("used in Redis, by user")
          .hasSize(3)
          .allSatisfy((key, used) -> assertThat(used).as(key).isEqualTo(LIMIT));

      HttpResponse<String> rejected = app.traffic("/").with("x-user-id", "ann").once();
      assertThat(rejected.statusCode()).isEqualTo(429);
      assertThat(rejected.headers().firstValue("content-type"))
          .contains("application/problem+json");
      assertThat(rejected.headers().firstValue("ratelimit-policy").orElseThrow())
          .isEqualTo("\"per-user\";q=100;w=3600");
      assertThat(rejected.headers().firstValue("ratelimit").orElseThrow())
          .matches("\"per-user\";r=0;t=[0-9]{1,4}");
      assertThat(rejected.headers().firstValue("x-ratelimit-limit")).contains("100");
      assertThat(rejected.headers().firstValue("x-ratelimit-remaining")).contains("0");
      assertThat(rejected.headers().firstValueAsLong("retry-after").orElseThrow())
          .isBetween(1L, 3600L);
      assertThat(rejected.body()).contains("per-user").contains("RateLimitPolicy").contains("429");
    }
  }

  @Test
  void aKilledSidecarNeitherDoublesNorResetsTheLimit() {
    try (DemoApp app = DemoApp.injected(cluster, "shared-kill", 2)) {
      limited(app);
      Hour.withRoomFor(Duration.ofMinutes(2));
      AtomicInteger asked = new AtomicInteger();
      String victim = app.pods()[0];
      Traffic.Tally tally =
          app.traffic("/")
              .with("x-user-id", "dora")
              .post()
              .send(
                  () -> {
                    int n = asked.incrementAndGet();
                    if (n == LIMIT / 2) {
                      cluster.sidecarsOf(victim).forEach(ProcessHandle::destroyForcibly);
                    }
                    return n <= 2 * LIMIT;
                  });
      int inFlight = tally.of(0) + tally.of(502) + tally.of(503);
      // Until the killed one is back, its share of connections fails; then the rest is asked for.
      app.awaitRollout();
      Traffic.Tally rest = app.traffic("/").with("x-user-id", "dora").post().send(2 * LIMIT);
      int admitted = tally.admitted() + rest.admitted();
      System.out.printf(
          "kill -9: admitted %d of limit %d, %d requests in flight or refused at the kill%n",
          admitted, LIMIT, inFlight);
      assertThat(admitted).isLessThanOrEqualTo(LIMIT);
      assertThat(admitted).isGreaterThanOrEqualTo(LIMIT - Math.min(inFlight, 8));
    }
  }

  private static void limited(DemoApp app) {
    app.kubectl().apply(Policies.perUser(LIMIT, "1h", "responseHeaders: {format: Both}"));
    app.kubectl().await("Ready", "rlpol/api", Duration.ofMinutes(2));
  }
}
