package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Shell;
import dev.weir.e2e.harness.WeirCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a newcomer types works, on a cluster that is there already. */
@OnWeirCluster
class QuickstartE2E {
  private final WeirCluster cluster;

  QuickstartE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void runsOnAGivenClusterAndItsNumbersAgree() {
    cluster.uninstall();
    Shell.Result result =
        cluster
            .shell()
            .attempt(
                "",
                Duration.ofMinutes(15),
                "examples/quickstart/run.sh",
                "--kubeconfig",
                cluster.kubeconfig().toString(),
                "--redis-url",
                cluster.redis().url());
    cluster.install();
    System.out.println(result.out());
    assertThat(result.exit()).as(result.all()).isZero();
    assertThat(result.out()).contains("per-user").contains("READY");
  }
}
