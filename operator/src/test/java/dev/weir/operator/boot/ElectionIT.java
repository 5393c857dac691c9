package dev.weir.operator.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testing.kube.ApiServer;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class ElectionIT {

  @RegisterExtension static final ApiServer API = new ApiServer();

  /** One holder after another, each once; a lease that was given away has the holder "". */
  private final List<Lease> holdings = new CopyOnWriteArrayList<>();

  private final String namespace = API.newNamespace("election");
  private final SharedIndexInformer<Lease> leases =
      API.client()
          .leases()
          .inNamespace(namespace)
          .withName("weir-operator")
          .inform(
              new ResourceEventHandler<>() {
                @Override
                public void onAdd(Lease lease) {
                  if (holdings.isEmpty() || !holder(lease).equals(holder(holdings.getLast()))) {
                    holdings.add(lease);
                  }
                }

                @Override
                public void onUpdate(Lease before, Lease lease) {
                  onAdd(lease);
                }

                @Override
                public void onDelete(Lease lease, boolean unknown) {}
              });

  private Replicas replicas;

  @BeforeEach
  void prepare(@TempDir Path folder) throws IOException {
    replicas = new Replicas(API, namespace, folder);
  }

  @AfterEach
  void close() {
    leases.close();
    replicas.close();
  }

  private static String holder(Lease lease) {
    return Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
  }

  private void awaitHolders(String... expected) {
    await()
        .atMost(Replicas.PATIENCE)
        .untilAsserted(
            () -> assertThat(holdings).extracting(ElectionIT::holder).containsExactly(expected));
  }

  /** The leader {@code weir-a} and the follower {@code weir-b}. */
  private Process leaderAndFollower(String leadersServer) throws IOException {
    Process leader = replicas.start("weir-a", leadersServer);
    replicas.awaitLog("weir-a", "This replica leads");
    replicas.start("weir-b", API.url());
    replicas.awaitLog("weir-b", "Weir operator runs as weir-b");
    return leader;
  }

  @Test
  void aLeaderThatIsCutOffHasEndedBeforeAnotherBegins() throws IOException {
    try (SeverableLine line = new SeverableLine(API.url())) {
      Process leader = leaderAndFollower(line.url());
      CompletableFuture<Instant> ended = leader.onExit().thenApply(_ -> Instant.now());
      line.sever();
      awaitHolders("weir-a_127.0.0.1", "weir-b_127.0.0.1");
      assertThat(ended).isCompleted();
      assertThat(ended.join()).isBefore(holdings.getLast().getSpec().getAcquireTime().toInstant());
      assertThat(leader.exitValue()).isEqualTo(1);
      assertThat(replicas.log("weir-a")).content().contains("The lead is lost");
      replicas.awaitLog("weir-b", "This replica leads");
    }
  }

  @Test
  void aLeaderThatIsToldToEndGivesTheLeadAway() throws IOException {
    Process leader = leaderAndFollower(API.url());
    leader.destroy();
    awaitHolders("weir-a_127.0.0.1", "", "weir-b_127.0.0.1");
    replicas.awaitLog("weir-b", "This replica leads");
    leader.onExit().join();
    assertThat(replicas.log("weir-a"))
        .content()
        .contains("Weir operator ended")
        .doesNotContain("lost");
  }
}
