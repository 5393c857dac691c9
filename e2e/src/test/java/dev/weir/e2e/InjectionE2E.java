package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Eventually;
import dev.weir.e2e.harness.Kubectl;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Routes;
import dev.weir.e2e.harness.Shell;
import dev.weir.e2e.harness.Traffic;
import dev.weir.e2e.harness.WeirCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods that opted in get a sidecar and nothing else changes for them. */
@OnWeirCluster
class InjectionE2E {

  private final WeirCluster cluster;

  InjectionE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void theSidecarPassesRestrictedPodSecurityHoldsNoSecretAndGoesWithTheAnnotation() {
    // DemoApp's namespaces enforce the restricted profile.
    try (DemoApp app = DemoApp.injected(cluster, "inject-restricted", 1)) {
      Kubectl kubectl = app.kubectl();
      assertThat(kubectl.get("pod/" + app.pods()[0], "{.spec.initContainers[*].name}"))
          .contains("weir-proxy");
      String spec = kubectl.run("get", "pod", app.pods()[0], "-o", "yaml");
      assertThat(spec).doesNotContain("e2e-only").doesNotContain("redis://");

      app.annotate("weir.dev/inject-");
      assertThat(kubectl.get("pod/" + app.pods()[0], "{.spec.initContainers[*].name}")).isEmpty();
      assertThat(app.traffic("/").once().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aChartAsHelmCreateMakesItBecomesReadyAndIsLimited(@TempDir Path work) {
    String namespace = "inject-helm";
    Kubectl kubectl = cluster.kubectl().in(namespace);
    cluster.shell().run(cluster.tool("helm"), "create", work.resolve("web").toString());
    cluster.kubectl().run("create", "namespace", namespace);
    try {
      cluster
          .shell()
          .run(
              cluster.tool("helm"),
              "install",
              "web",
              work.resolve("web").toString(),
              "--namespace",
              namespace,
              "--set",
              "image.repository=weir-demo-app",
              "--set",
              "image.tag=0.1.0-SNAPSHOT",
              "--set",
              "service.port=8080",
              "--wait");
      kubectl.run("annotate", "deployment", "web", "weir.dev/inject=true");
      kubectl.run("rollout", "status", "deployment/web", "--timeout=180s");
      kubectl.apply(
          """
          apiVersion: weir.dev/v1alpha1
          kind: RateLimitPolicy
          metadata: {name: api}
          spec:
            targetRefs: [{group: apps, kind: Deployment, name: web}]
            limits: [{name: all, rates: [{limit: 7, per: 1h, algorithm: FixedWindow}]}]
          """);
      kubectl.await("Ready", "rlpol/api", Duration.ofMinutes(2));
      Eventually.that(
          "only injected pods are behind the Service",
          () -> kubectl.get("pods", "{.items[*].metadata.name}").split(" ").length == 1);
      String address = kubectl.get("service/web", "{.spec.clusterIP}");
      Routes.awaitLiving(address, 8080);
      String url = "http://" + address + ":8080/";
      Traffic.Tally tally = Traffic.to(url).send(20);
      assertThat(tally.of(200)).as("%s", tally).isEqualTo(7);
      assertThat(tally.of(429)).as("%s", tally).isEqualTo(13);
    } finally {
      cluster.kubectl().attempt("delete", "namespace", namespace, "--wait=false");
    }
  }

  @Test
  void uninstallingLeavesNoWebhookAndPodsStart() {
    cluster.uninstall();
    try (DemoApp app = DemoApp.deploy(cluster, "inject-uninstalled", 1)) {
      Shell.Result webhooks =
          cluster.kubectl().attempt("get", "mutatingwebhookconfigurations", "-o", "name");
      assertThat(webhooks.all()).doesNotContain("weir");
      app.kubectl().run("annotate", "deployment", "api", "weir.dev/inject=true");
      app.kubectl().run("rollout", "restart", "deployment/api");
      app.awaitRollout();
      assertThat(List.of(app.pods())).hasSize(1);
    } finally {
      cluster.install();
    }
  }
}
