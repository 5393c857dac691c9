package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Eventually;
import dev.weir.e2e.harness.Hour;
import dev.weir.e2e.harness.Kubectl;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Policies;
import dev.weir.e2e.harness.RedisProcess;
import dev.weir.e2e.harness.Shell;
import dev.weir.e2e.harness.Traffic;
import dev.weir.e2e.harness.WeirCluster;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A bad object, a deleted object and each part that can fail: nothing else is harmed. */
@OnWeirCluster
class OutageE2E {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final String OPERATOR = "deployment/weir-operator";
  private static final int DEFAULT_TIMEOUT_MILLIS = 50;

  /** Requests whose times are printed. */
  private static final int TIMED = 8;

  private final WeirCluster cluster;

  OutageE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void aDeletedPolicyStopsLimiting() {
    try (DemoApp app = DemoApp.injected(cluster, "outage-delete", 2)) {
      app.kubectl().apply(perUser("Allow"));
      app.kubectl().await("Ready", "rlpol/api", READY);
      Hour.withRoomFor(READY);
      assertThat(app.traffic("/").with("x-user-id", "ann").send(20).of(200)).isEqualTo(10);
      app.kubectl().run("delete", "rlpol", "api");
      Eventually.that(
          "no limit is left",
          () -> app.traffic("/").with("x-user-id", "ann").send(20).of(200) == 20);
    }
  }

  @Test
  void anInvalidEditLeavesTheLastGoodRevisionAlsoAfterAnOperatorRestart() {
    try (DemoApp app = DemoApp.injected(cluster, "outage-invalid", 1)) {
      Kubectl kubectl = app.kubectl();
      kubectl.apply(plan("Europe/Berlin"));
      kubectl.await("Ready", "qplan/plan", READY);
      Hour.withRoomFor(Duration.ofMinutes(4));
      assertThat(app.traffic("/").send(8).of(200)).isEqualTo(5);

      kubectl.apply(plan("Mars/Phobos"));
      Eventually.equal("Accepted", "False", () -> condition(kubectl, "qplan/plan", "Accepted"));
      String message =
          kubectl.get("qplan/plan", "{.status.conditions[?(@.type==\"Accepted\")].message}");
      assertThat(message)
          .contains("spec.tiers[all].quotas[hourly].window.timeZone")
          .contains("Mars/Phobos");
      restartOperator();
      app.kubectl().run("rollout", "restart", "deployment/api");
      app.awaitRollout();
      assertThat(app.traffic("/").once().statusCode()).as("the last good plan").isEqualTo(429);

      kubectl.apply(plan("UTC"));
      kubectl.await("Ready", "qplan/plan", READY);
    }
  }

  @Test
  void withoutTheOperatorTrafficFlowsAndOnlyOptedInPodsAreRefused() {
    try (DemoApp app = DemoApp.injected(cluster, "outage-operator", 2)) {
      app.kubectl().apply(perUser("Allow"));
      app.kubectl().await("Ready", "rlpol/api", READY);
      Kubectl system = cluster.kubectl().in(WeirCluster.NAMESPACE);
      system.run("scale", OPERATOR, "--replicas=0");
      try {
        Eventually.that("the operator is gone", () -> operators().isEmpty());
        Hour.withRoomFor(READY);
        assertThat(app.traffic("/").with("x-user-id", "bob").send(20).of(200)).isEqualTo(10);

        app.kubectl().run("create", "deployment", "plain", "--image=none", "--dry-run=server");
        app.kubectl().run("label", "deployment", "api", "team=shop");
        app.kubectl().run("scale", "deployment/api", "--replicas=3");
        Eventually.that(
            "the API server names our webhook",
            () ->
                app.kubectl()
                    .run("get", "events", "--field-selector=reason=FailedCreate", "-o", "yaml")
                    .contains("weir.dev"));
        Shell.Result mirrored =
            app.kubectl()
                .attempt("annotate", "--overwrite", "deployment", "api", "weir.dev/inject=false");
        assertThat(mirrored.exit()).isNotZero();
        assertThat(mirrored.err()).contains("weir.dev");
      } finally {
        system.run("scale", OPERATOR, "--replicas=1");
        system.run("rollout", "status", OPERATOR, "--timeout=120s");
      }
      app.awaitRollout();
      app.kubectl().await("Ready", "rlpol/api", READY);
    }
  }

  @Test
  void redisStoppedOrFrozenEachLimitDoesWhatItSaysAndHeals() {
    try (DemoApp open = DemoApp.injected(cluster, "outage-open", 1);
        DemoApp closed = DemoApp.injected(cluster, "outage-closed", 1)) {
      limited(open, closed);
      for (RedisOutage outage : RedisOutage.values()) {
        during(outage, WeirCluster.STORE_TIMEOUT_MILLIS, open, closed);
        assertHealed(outage, open, closed);
      }
    }
  }

  /** The same, but for exact numbers afterwards: a slow machine may take 50 ms when all is well. */
  @Test
  void alsoWithTheDefaultTimeout() {
    cluster.install("store.timeoutMs=" + DEFAULT_TIMEOUT_MILLIS);
    try {
      awaitOneOperator();
      try (DemoApp open = DemoApp.injected(cluster, "outage-open-50", 1);
          DemoApp closed = DemoApp.injected(cluster, "outage-closed-50", 1)) {
        limited(open, closed);
        for (RedisOutage outage : RedisOutage.values()) {
          during(outage, DEFAULT_TIMEOUT_MILLIS, open, closed);
          awaitStore(open, closed);
        }
      }
    } finally {
      cluster.install();
      awaitOneOperator();
    }
  }

  private enum RedisOutage {
    FROZEN {
      @Override
      void begin(RedisProcess redis) {
        redis.freeze();
      }

      @Override
      void end(RedisProcess redis) {
        redis.thaw();
      }
    },
    STOPPED {
      @Override
      void begin(RedisProcess redis) {
        redis.stop();
      }

      @Override
      void end(RedisProcess redis) {
        redis.startAgain();
      }
    };

    abstract void begin(RedisProcess redis);

    abstract void end(RedisProcess redis);
  }

  private static void limited(DemoApp open, DemoApp closed) {
    open.kubectl().apply(perUser("Allow"));
    closed.kubectl().apply(perUser("Deny"));
    open.kubectl().await("Ready", "rlpol/api", READY);
    closed.kubectl().await("Ready", "rlpol/api", READY);
  }

  private void during(RedisOutage outage, int timeoutMillis, DemoApp open, DemoApp closed) {
    Traffic allow = open.traffic("/").with("x-user-id", outage.name());
    Traffic deny = closed.traffic("/").with("x-user-id", outage.name());
    outage.begin(cluster.redis());
    try {
      print(outage, "Allow", timeoutMillis, allow.inTurn(TIMED));
      print(outage, "Deny", timeoutMillis, deny.inTurn(TIMED));
      Eventually.asserted(
          "Allow lets through while Redis is " + outage,
          () -> assertThat(allow.send(20).byStatus()).containsOnlyKeys(200));
      Eventually.asserted(
          "Deny refuses while Redis is " + outage,
          () -> assertThat(deny.send(20).byStatus()).containsOnlyKeys(503));
      for (DemoApp app : List.of(open, closed)) {
        Eventually.equal("StoreAvailable", "False", () -> storeAvailable(app));
      }
    } finally {
      outage.end(cluster.redis());
    }
  }

  /** For people to compare; a test that asserts a time fails on a slow day. */
  private static void print(
      RedisOutage outage, String action, int timeoutMillis, List<Traffic.Answer> answers) {
    System.out.printf(
        "Redis %s, onStoreFailure %s, time-out %d ms: %s after %s ms%n",
        outage.name().toLowerCase(Locale.ROOT),
        action,
        timeoutMillis,
        answers.stream().map(Traffic.Answer::status).distinct().toList(),
        answers.stream().map(Traffic.Answer::millis).toList());
  }

  private static void awaitStore(DemoApp... apps) {
    for (DemoApp app : apps) {
      Eventually.equal("StoreAvailable", "True", () -> storeAvailable(app));
      app.kubectl().await("Ready", "rlpol/api", READY);
    }
  }

  private static void assertHealed(RedisOutage outage, DemoApp... apps) {
    awaitStore(apps);
    Hour.withRoomFor(READY);
    for (DemoApp app : apps) {
      assertThat(app.traffic("/").with("x-user-id", "after-" + outage).send(20).byStatus())
          .as("after %s", outage)
          .containsEntry(200, 10)
          .containsEntry(429, 10);
    }
  }

  private static String storeAvailable(DemoApp app) {
    return condition(app.kubectl(), "rlpol/api", "StoreAvailable");
  }

  /** After a rollout: the one that led before may still run and lead. */
  private void awaitOneOperator() {
    Eventually.that("one operator runs", () -> operators().lines().count() == 1);
  }

  private String operators() {
    return cluster
        .kubectl()
        .in(WeirCluster.NAMESPACE)
        .run("get", "pods", "-l", "app.kubernetes.io/name=weir-operator", "-o", "name");
  }

  private void restartOperator() {
    Kubectl system = cluster.kubectl().in(WeirCluster.NAMESPACE);
    system.run("rollout", "restart", OPERATOR);
    system.run("rollout", "status", OPERATOR, "--timeout=120s");
  }

  private static String condition(Kubectl kubectl, String object, String type) {
    return kubectl.get(object, "{.status.conditions[?(@.type==\"%s\")].status}".formatted(type));
  }

  private static String perUser(String onStoreFailure) {
    return Policies.perUser(10, "1h", "onStoreFailure: {action: %s}".formatted(onStoreFailure));
  }

  private static String plan(String timeZone) {
    return """
    apiVersion: weir.dev/v1alpha1
    kind: QuotaPlan
    metadata: {name: plan}
    spec:
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      identity: {anonymous: Allow}
      subject: {consumer: {}}
      tiers:
      - name: all
        quotas: [{name: hourly, unit: Requests, limit: 5, window: {every: Hour, timeZone: %s}}]
    """
        .formatted(timeZone);
  }
}
