package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Eventually;
import dev.weir.e2e.harness.Hour;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Policies;
import dev.weir.e2e.harness.Traffic;
import dev.weir.e2e.harness.WeirCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What was used stands in the object's status. */
@OnWeirCluster
class QuotaStatusE2E {
  private static final String PLAN =
      """
      apiVersion: weir.dev/v1alpha1
      kind: QuotaPlan
      metadata: {name: plans}
      spec:
        targetRefs: [{group: apps, kind: Deployment, name: api}]
        identity:
          apiKey: {in: [{header: x-api-key}, {header: authorization, scheme: Bearer}]}
        subject: {consumer: {}}
        tiers:
        - name: gold
          consumers: {matchLabels: {tier: gold}}
          quotas: [{name: monthly, unit: Requests, limit: 1000, window: {every: Month}}]
        - name: free
          quotas:
          - {name: hourly, unit: Requests, limit: 40, window: {every: Hour}}
          - {name: monthly, unit: Requests, limit: 500, window: {every: Month}}
        reporting: {minInterval: 1s}
      """;

  private final WeirCluster cluster;

  QuotaStatusE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void usedEqualsAdmittedForEachConsumerAlsoAfterEachPartRestarted() {
    try (DemoApp app = DemoApp.injected(cluster, "quota-status", 2)) {
      consumer(app, "acme", "gold", "acme-key");
      consumer(app, "tiny", "none", "tiny-key");
      app.kubectl().apply(PLAN);
      app.kubectl().await("Ready", "qplan/plans", Duration.ofMinutes(2));
      Hour.withRoomFor(Duration.ofMinutes(6));

      int acme = traffic(app, "acme-key").send(70).of(200);
      int tiny = traffic(app, "tiny-key").send(60).of(200);
      assertThat(acme).isEqualTo(70);
      assertThat(tiny).isEqualTo(40);
      assertUsed(app, acme, tiny);

      app.kubectl().run("rollout", "restart", "deployment/api");
      app.awaitRollout();
      acme += traffic(app, "acme-key").send(10).of(200);
      assertThat(acme).isEqualTo(80);
      assertUsed(app, acme, tiny);

      cluster.redis().stop();
      cluster.redis().startAgain();
      Eventually.that(
          "decisions are shared again",
          () ->
              app.kubectl()
                  .get("qplan/plans", "{.status.conditions[?(@.type==\"StoreAvailable\")].status}")
                  .equals("True"));
      acme += traffic(app, "acme-key").send(5).of(200);
      assertUsed(app, acme, tiny);

      cluster
          .kubectl()
          .in(WeirCluster.NAMESPACE)
          .run("rollout", "restart", "deployment/weir-operator");
      cluster
          .kubectl()
          .in(WeirCluster.NAMESPACE)
          .run("rollout", "status", "deployment/weir-operator", "--timeout=120s");
      acme += traffic(app, "acme-key").send(5).of(200);
      assertUsed(app, acme, tiny);
      System.out.println(app.kubectl().run("get", "rlpol,qplan"));
    }
  }

  @Test
  void keysThatAreMissingWrongUnapprovedOrRevokedAreRefusedWithTheReason() {
    try (DemoApp app = DemoApp.injected(cluster, "quota-identity", 1)) {
      consumer(app, "acme", "gold", "acme-key");
      app.kubectl().apply(PLAN);
      app.kubectl().await("Ready", "qplan/plans", Duration.ofMinutes(2));

      var missing = app.traffic("/").once();
      assertThat(missing.statusCode()).isEqualTo(401);
      assertThat(missing.headers().firstValue("www-authenticate")).isPresent();
      assertThat(missing.body()).contains("x-api-key");
      assertThat(traffic(app, "wrong").once().statusCode()).isEqualTo(401);
      assertThat(app.traffic("/").with("authorization", "Bearer acme-key").once().statusCode())
          .isEqualTo(200);
      assertThat(traffic(app, "acme-key").once().statusCode()).isEqualTo(200);

      app.kubectl().run("label", "secret", "acme", "weir.dev/approved-");
      Eventually.that(
          "an unapproved key is refused",
          () -> traffic(app, "acme-key").once().statusCode() == 403);
      app.kubectl().run("delete", "secret", "acme");
      Eventually.that(
          "a deleted key is refused", () -> traffic(app, "acme-key").once().statusCode() == 401);
    }
  }

  private static Traffic traffic(DemoApp app, String key) {
    return app.traffic("/").with("x-api-key", key);
  }

  private static void consumer(DemoApp app, String name, String tier, String key) {
    app.kubectl().apply(Policies.consumer(name, tier, key));
  }

  private static void assertUsed(DemoApp app, int acme, int tiny) {
    Eventually.equal("used by acme", "" + acme, () -> used(app, "acme", "monthly"));
    Eventually.equal("used by tiny in the hour", "" + tiny, () -> used(app, "tiny", "hourly"));
    Eventually.equal("used by tiny in the month", "" + tiny, () -> used(app, "tiny", "monthly"));
  }

  private static String used(DemoApp app, String subject, String quota) {
    return app.kubectl()
        .get(
            "qplan/plans",
            "{range .status.topSubjects[?(@.subject==\"%s\")]}{.quota}={.used} {end}"
                .formatted(subject))
        .lines()
        .flatMap(line -> java.util.Arrays.stream(line.split(" ")))
        .filter(entry -> entry.startsWith(quota + "="))
        .map(entry -> entry.substring(quota.length() + 1))
        .findFirst()
        .orElse("none");
  }
}
