package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Eventually;
import dev.weir.e2e.harness.Hour;
import dev.weir.e2e.harness.Kubectl;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Policies;
import dev.weir.e2e.harness.Shell;
import dev.weir.e2e.harness.WeirCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A bad object, a deleted object and each part that can fail: nothing else is harmed. */
@OnWeirCluster
class OutageE2E {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final String OPERATOR = "deployment/weir-operator";

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
        Eventually.that(
            "the operator is gone",
            () ->
                system
                    .run("get", "pods", "-l", "app.kubernetes.io/name=weir", "-o", "name")
                    .isEmpty());
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
      open.kubectl().apply(perUser("Allow"));
      closed.kubectl().apply(perUser("Deny"));
      open.kubectl().await("Ready", "rlpol/api", READY);
      closed.kubectl().await("Ready", "rlpol/api", READY);

      cluster.redis().freeze();
      try {
        assertOutage(open, closed, "frozen");
      } finally {
        cluster.redis().thaw();
      }
      assertHealed(open, closed, "frozen");

      cluster.redis().stop();
      try {
        assertOutage(open, closed, "stopped");
      } finally {
        cluster.redis().startAgain();
      }
      assertHealed(open, closed, "stopped");
    }
  }

  private static void assertOutage(DemoApp open, DemoApp closed, String user) {
    Eventually.asserted(
        "Allow lets through while Redis is " + user,
        () ->
            assertThat(open.traffic("/").with("x-user-id", user).send(20).byStatus())
                .containsOnlyKeys(200));
    Eventually.asserted(
        "Deny refuses while Redis is " + user,
        () ->
            assertThat(closed.traffic("/").with("x-user-id", user).send(20).byStatus())
                .containsOnlyKeys(503));
    for (DemoApp app : new DemoApp[] {open, closed}) {
      Eventually.equal(
          "StoreAvailable", "False", () -> condition(app.kubectl(), "rlpol/api", "StoreAvailable"));
    }
  }

  private static void assertHealed(DemoApp open, DemoApp closed, String user) {
    for (DemoApp app : new DemoApp[] {open, closed}) {
      Eventually.equal(
          "StoreAvailable", "True", () -> condition(app.kubectl(), "rlpol/api", "StoreAvailable"));
      app.kubectl().await("Ready", "rlpol/api", READY);
    }
    Hour.withRoomFor(READY);
    String healed = "healed-" + user;
    for (DemoApp app : new DemoApp[] {open, closed}) {
      assertThat(app.traffic("/").with("x-user-id", healed).send(20).byStatus())
          .as("after %s", user)
          .containsEntry(200, 10)
          .containsEntry(429, 10);
    }
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
