package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Kubectl;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Shell;
import dev.weir.e2e.harness.WeirCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is in Git stays what is in the cluster, and an unchanged world is not written to. */
@OnWeirCluster
class GitOpsE2E {
  private final WeirCluster cluster;

  GitOpsE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void aSecondApplyOfEveryExampleIsAnEmptyDiff() throws IOException {
    List<Path> examples;
    try (Stream<Path> files = Files.walk(Shell.ROOT.resolve("examples"), 2)) {
      examples = files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    assertThat(examples).isNotEmpty();
    for (Path example : examples) {
      for (String mode : List.of("--server-side=false", "--server-side=true")) {
        String file = example.toString();
        cluster
            .kubectl()
            .run("apply", mode, "--force-conflicts=" + mode.endsWith("true"), "-f", file);
        Shell.Result diff = cluster.kubectl().attempt("diff", mode, "-f", file);
        assertThat(diff.exit()).as("diff of %s with %s: %s", example, mode, diff.all()).isZero();
      }
    }
    for (Path example : examples) {
      cluster.kubectl().attempt("delete", "--wait=false", "-f", example.toString());
    }
  }

  @Test
  void tenReconcilesOfAnUnchangedWorldWriteNothing() throws InterruptedException {
    try (DemoApp app = DemoApp.injected(cluster, "gitops-quiet", 1)) {
      Kubectl kubectl = app.kubectl();
      kubectl.apply(
          """
          apiVersion: weir.dev/v1alpha1
          kind: RateLimitPolicy
          metadata: {name: api}
          spec:
            targetRefs: [{group: apps, kind: Deployment, name: api}]
            limits: [{name: all, rates: [{limit: 7, per: 1h, algorithm: FixedWindow}]}]
          """);
      kubectl.await("Ready", "rlpol/api", Duration.ofMinutes(2));
      String before = kubectl.get("rlpol/api", "{.metadata.resourceVersion}");
      // Each change of the workload's pods or of an unrelated object makes the operator look again.
      for (int i = 0; i < 10; i++) {
        kubectl.run("label", "--overwrite", "deployment", "api", "touched=" + i);
      }
      Thread.sleep(12_000); // Longer than two heartbeats, so that reports were looked at, too.
      assertThat(kubectl.get("rlpol/api", "{.metadata.resourceVersion}")).isEqualTo(before);
    }
  }
}
