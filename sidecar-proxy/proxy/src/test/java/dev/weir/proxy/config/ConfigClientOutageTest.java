package dev.weir.proxy.config;

import static dev.weir.proxy.config.Certificates.CA;
import static dev.weir.proxy.config.TestSidecar.soon;
import static dev.weir.proxy.config.TestSidecar.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.FromOperator;
import dev.weir.protocol.FromSidecar;
import dev.weir.proxy.config.FakeOperator.Peer;
import dev.weir.proxy.testing.Leaks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Without an operator, with a slow one, and back again; over real sockets. */
@ExtendWith(Leaks.class)
class ConfigClientOutageTest {
  @TempDir Path directory;

  @Test
  void reconnectsWithANewlyReadTokenAndLongerWaits() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      operator.accept().close(4401);
      Files.writeString(sidecar.tokenFile, "second\n");
      operator.refuseNext(401, null);
      operator.refuseNext(503, null);
      Peer peer = operator.accept();

      assertThat(operator.tokens.poll()).isEqualTo("Bearer first");
      soon().until(() -> operator.tokens.contains("Bearer second"));
      soon().until(() -> sidecar.delays.size() >= 3);
      assertThat(sidecar.delays.stream().limit(3))
          .satisfiesExactly(
              first -> assertThat(first).isBetween(50L, 100L),
              second -> assertThat(second).isBetween(100L, 200L),
              third -> assertThat(third).isBetween(200L, 400L));

      peer.send(update("r1"));
      peer.next(FromSidecar.Ack.class);
      sidecar.delays.clear();
      var _ = peer.channel.close();
      operator.accept();
      assertThat(sidecar.delays.element()).isBetween(50L, 100L);
      assertThat(sidecar.revision()).isEqualTo("r1");
    }
  }

  @Test
  void waitsLongWhereThePodIsUnknown() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      operator.accept().close(4404);
      operator.accept();

      assertThat(sidecar.delays.element()).isBetween(5_000L, 10_000L);
    }
  }

  @Test
  void waitsForATokenFileThatIsNotThereYet() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator)) {
      Files.delete(sidecar.tokenFile);
      sidecar.start();
      soon().until(() -> sidecar.delays.size() >= 2);
      assertThat(operator.connections).hasValue(0);

      Files.writeString(sidecar.tokenFile, "late");
      operator.accept();
      assertThat(operator.tokens.poll()).isEqualTo("Bearer late");
    }
  }

  @Test
  void startsFromTheLastKnownGoodWithoutAnOperator() throws Exception {
    URI nobody = URI.create("wss://localhost:1/v1/config");
    try (FakeOperator operator = new FakeOperator();
        TestSidecar first = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      peer.send(update("r1"));
      peer.next(FromSidecar.Ack.class);
      assertThat(first.revision()).isEqualTo("r1");
    }
    // As after a crash between storing and applying.
    new LastKnownGood(directory.resolve("state")).stage(update("r2"));
    try (TestSidecar second = new TestSidecar(directory, nobody, Certificates.pem(CA)).start()) {
      soon().until(() -> "r1".equals(second.revision()));
      assertThat(second.applied).containsExactly(update("r1"));
    }
  }

  @Test
  void prefersTheOperatorsSnapshotToTheStoredOne() throws Exception {
    store(update("r1"));
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      peer.send(update("r2"));
      peer.next(FromSidecar.Ack.class);
      assertThat(sidecar.applied).containsExactly(update("r2"));
    }
  }

  @Test
  void takesTheStoredSnapshotWhenTheOperatorIsSlow() throws Exception {
    store(update("r1"));
    StreamSettings.Timing hasty =
        new StreamSettings.Timing(
            Duration.ofSeconds(15),
            Duration.ofSeconds(15),
            Duration.ofMillis(100),
            Duration.ofSeconds(10),
            Duration.ofMillis(10));
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator, hasty).start()) {
      Peer peer = operator.accept();
      soon().until(() -> "r1".equals(sidecar.revision()));
      peer.send(update("r2"));
      peer.next(FromSidecar.Ack.class);
      assertThat(sidecar.applied).containsExactly(update("r1"), update("r2"));
    }
  }

  private void store(FromOperator.Update update) throws IOException {
    Files.createDirectories(directory.resolve("state"));
    LastKnownGood stored = new LastKnownGood(directory.resolve("state"));
    stored.stage(update);
    stored.commit();
  }

  @Test
  void ignoresALastKnownGoodThatIsBroken() throws Exception {
    Files.createDirectories(directory.resolve("state"));
    Files.writeString(directory.resolve("state/snapshot.json"), "{\"type\":\"snapsh");
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      assertThat(sidecar.live.current()).isNull();
      peer.send(update("r1"));
      peer.next(FromSidecar.Ack.class);
      assertThat(sidecar.revision()).isEqualTo("r1");
    }
  }

  @Test
  void givesUpAnOperatorThatIsSilent() throws Exception {
    StreamSettings.Timing impatient =
        new StreamSettings.Timing(
            Duration.ofSeconds(15),
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator, impatient).start()) {
      Peer peer = operator.accept();
      soon().until(() -> peer.pings.get() >= 3);
      assertThat(sidecar.delays).isEmpty();

      peer.mute = true;
      operator.accept();
      assertThat(sidecar.delays).hasSize(1);
    }
  }

  @Test
  void givesUpAnOperatorThatDoesNotAnswerTheUpgrade() throws Exception {
    StreamSettings.Timing impatient =
        new StreamSettings.Timing(
            Duration.ofMillis(600),
            Duration.ofSeconds(15),
            Duration.ofMillis(100),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        TestSidecar sidecar =
            new TestSidecar(
                    directory,
                    URI.create("wss://localhost:" + mute.getLocalPort() + "/v1/config"),
                    Certificates.pem(CA),
                    impatient)
                .start()) {
      soon().until(() -> sidecar.delays.size() >= 2);
    }
  }
}
