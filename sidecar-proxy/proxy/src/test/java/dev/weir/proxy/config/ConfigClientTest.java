package dev.weir.proxy.config;

import static dev.weir.proxy.config.Certificates.CA;
import static dev.weir.proxy.config.TestSidecar.soon;
import static dev.weir.proxy.config.TestSidecar.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.protocol.FromOperator;
import dev.weir.protocol.FromSidecar;
import dev.weir.protocol.FromSidecar.StoreHealth;
import dev.weir.proxy.config.FakeOperator.Peer;
import dev.weir.proxy.testing.Leaks;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real WebSocket server over TLS. */
@ExtendWith(Leaks.class)
@SuppressWarnings("FutureReturnValueIgnored") // Some writes are meant to fail.
class ConfigClientTest {
  @TempDir Path directory;

  @Test
  void saysHelloReportsAndAcknowledgesWhatIsInForce() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();

      assertThat(peer.frames.poll(20, TimeUnit.SECONDS))
          .isEqualTo(new FromSidecar.Hello(1, "incarnation-1", "1.2.3"));
      assertThat(peer.next(FromSidecar.Report.class).limits())
          .containsExactly(new FromSidecar.LimitCount("RateLimitPolicy/api", "per-user", 3, 1));
      assertThat(operator.tokens.poll()).isEqualTo("Bearer first");
      assertThat(sidecar.client.connected()).isTrue();
      assertThat(sidecar.live.current()).isNull();

      FromOperator.Update update = update("r1");
      peer.send(update);

      assertThat(peer.next(FromSidecar.Ack.class)).isEqualTo(new FromSidecar.Ack("r1", "n-r1"));
      assertThat(sidecar.live.current())
          .isEqualTo(new LiveSnapshot.Current("r1", update.snapshot(), update.secrets()));
      assertThat(sidecar.applied).containsExactly(update);
      Path stored = directory.resolve("state/snapshot.json");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stored)))
          .isEqualTo("rw-------");
      assertThat(new LastKnownGood(directory.resolve("state")).load()).isEqualTo(update);
    }
  }

  @Test
  void answersEachUpdateOnceInOrder() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      for (int i = 0; i < 100; i++) {
        peer.send(update("r" + i));
      }
      for (int i = 0; i < 100; i++) {
        assertThat(peer.next(FromSidecar.Ack.class))
            .isEqualTo(new FromSidecar.Ack("r" + i, "n-r" + i));
      }
      assertThat(sidecar.revision()).isEqualTo("r99");
    }
  }

  @Test
  void refusesWhatCannotBeAppliedAndKeepsTheOld() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      peer.send(update("r1"));
      peer.next(FromSidecar.Ack.class);

      sidecar.refusal = new RefusedException("snapshot.policies[0]: too big");
      peer.send(update("r2"));

      assertThat(peer.next(FromSidecar.Nack.class))
          .isEqualTo(new FromSidecar.Nack("r2", "n-r2", "snapshot.policies[0]: too big"));
      assertThat(sidecar.revision()).isEqualTo("r1");
      assertThat(new LastKnownGood(directory.resolve("state")).load()).isEqualTo(update("r1"));
      assertThat(directory.resolve("state")).isDirectoryContaining("glob:**snapshot.json");
      try (var files = Files.list(directory.resolve("state"))) {
        assertThat(files).hasSize(1);
      }

      sidecar.refusal = null;
      peer.send(update("r3"));
      assertThat(peer.next(FromSidecar.Ack.class).revision()).isEqualTo("r3");
    }
  }

  @Test
  void refusesWhatCannotBeStored() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      // A directory that is gone stands for a volume that is full: root may write anywhere else.
      Files.delete(directory.resolve("state"));
      peer.send(update("r1"));

      assertThat(peer.next(FromSidecar.Nack.class).error()).contains("can't store the snapshot");
      assertThat(sidecar.live.current()).isNull();
      assertThat(sidecar.applied).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'snapshot','nonce':'7','snapshot':{},'secrets':{}} | revision is missing",
        "{'type':'snapshot','revision':'','nonce':'7','snapshot':{},'secrets':{}} | revision is"
            + " missing",
        "{'type':'snapshot','revision':'r','nonce':'7','secrets':{}} | snapshot is missing",
        "{'type':'snapshot','revision':'r','nonce':'7','snapshot':{'policies':7}} |"
            + " snapshot.policies is not understood",
        "{'type':'snapshot','revision':'r','nonce':'7','snapshot':{'workload':'w','namespace':'n',"
            + "'heartbeatMillis':5,'store':{'commandTimeoutMillis':1}},'secrets':{}} |"
            + " snapshot.heartbeatMillis must be at least 100",
        "{'type':'snapshot','revision':'r','nonce':'7','secrets':{'apiKeys':{'hunter2':{}}}} |"
            + " secrets are not understood",
        "{'type':'snapshot','revision':'r','nonce':'7','snapshot':{'workload':'w','namespace':'n',"
            + "'heartbeatMillis':500,'store':{'commandTimeoutMillis':1}},'secrets':{},'ca':'x'} |"
            + " ca is not PEM certificates",
      })
  void refusesWhatIsNotUnderstoodNamingTheMember(String frame, String error) throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      peer.send(frame.replace('\'', '"'));

      FromSidecar.Nack nack = peer.next(FromSidecar.Nack.class);
      assertThat(nack.error()).contains(error).doesNotContain("hunter2");
      assertThat(nack.nonce()).isEqualTo("7");
      assertThat(sidecar.live.current()).isNull();
    }
  }

  @Test
  void understandsANewerAndAnOlderOperator() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      peer.send("{\"type\":\"fromTheFuture\",\"x\":1}");
      peer.send(
          "{\"type\":\"snapshot\",\"revision\":\"r\",\"nonce\":\"7\",\"later\":{},\"snapshot\":{"
              + "\"workload\":\"w\",\"namespace\":\"n\",\"heartbeatMillis\":500,\"later\":[1],"
              + "\"store\":{\"commandTimeoutMillis\":1}},\"secrets\":{}}");

      assertThat(peer.next(FromSidecar.Ack.class)).isEqualTo(new FromSidecar.Ack("r", "7"));
      assertThat(sidecar.applied.element().snapshot().policies()).isEmpty();
      assertThat(sidecar.applied.element().secrets().apiKeys()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not json", "{\"type\":\"snapshot\"", "[1,2", "\u0000"})
  void comesBackAfterWhatIsNotJson(String garbage) throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      peer.send(garbage);
      if (garbage.isEmpty()) {
        // Jackson calls it a missing node: nothing to answer, nothing wrong.
        peer.send(update("r1"));
        assertThat(peer.next(FromSidecar.Ack.class).revision()).isEqualTo("r1");
        return;
      }
      assertThat(peer.closeCodes.poll(20, TimeUnit.SECONDS)).isEqualTo(1007);

      Peer again = operator.accept();
      again.send(update("r1"));
      assertThat(again.next(FromSidecar.Ack.class).revision()).isEqualTo("r1");
      assertThat(sidecar.revision()).isEqualTo("r1");
    }
  }

  @Test
  void survivesRandomFrames() throws Exception {
    Random random = new Random(20260101);
    String good =
        "{\"type\":\"snapshot\",\"revision\":\"r\",\"nonce\":\"7\",\"snapshot\":{"
            + "\"workload\":\"w\",\"namespace\":\"n\",\"heartbeatMillis\":500,\"policies\":[],"
            + "\"store\":{\"commandTimeoutMillis\":1}},\"secrets\":{\"apiKeys\":{}}}";
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      for (int i = 0; i < 300; i++) {
        byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
        for (int flips = random.nextInt(4); flips >= 0; flips--) {
          bytes[random.nextInt(bytes.length)] =
              (byte) random.nextInt(random.nextBoolean() ? 128 : 256);
        }
        int length = random.nextInt(8) == 0 ? random.nextInt(bytes.length) : bytes.length;
        if (!peer.channel.isActive()) {
          peer = operator.accept();
        }
        peer.channel
            .writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(bytes, 0, length)))
            .awaitUninterruptibly();
      }
      // Whatever became of those: a client that still lives takes the next good one.
      Peer[] last = {peer};
      soon()
          .untilAsserted(
              () -> {
                if (!last[0].channel.isActive()) {
                  last[0] = operator.accept();
                }
                last[0].trySend(update("last"));
                assertThat(sidecar.revision()).isEqualTo("last");
              });
    }
  }

  @Test
  void joinsFragmentsAndRefusesBinary() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      String text = Frames.write(update("r1"));
      peer.send(new TextWebSocketFrame(false, 0, text.substring(0, 50)));
      peer.send(new ContinuationWebSocketFrame(true, 0, text.substring(50)));
      assertThat(peer.next(FromSidecar.Ack.class).revision()).isEqualTo("r1");

      peer.send(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {1, 2})));
      assertThat(peer.closeCodes.poll(20, TimeUnit.SECONDS)).isEqualTo(1003);
      operator.accept();
      assertThat(sidecar.revision()).isEqualTo("r1");
    }
  }

  @Test
  void cutsAnOversizedFrame() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      peer.channel.writeAndFlush(new TextWebSocketFrame(" ".repeat(Connector.MAX_FRAME_BYTES + 1)));
      Peer again = operator.accept();
      assertThat(peer.channel.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();

      String half = " ".repeat(Connector.MAX_FRAME_BYTES / 2 + 1);
      again.channel.writeAndFlush(new TextWebSocketFrame(false, 0, half));
      again.channel.writeAndFlush(new ContinuationWebSocketFrame(true, 0, half));
      Peer third = operator.accept();

      String large = Frames.write(update("r1")) + " ".repeat(Connector.MAX_FRAME_BYTES - 1000);
      third.send(large);
      assertThat(third.next(FromSidecar.Ack.class).revision()).isEqualTo("r1");
      assertThat(sidecar.delays).hasSize(2);
    }
  }

  @Test
  void reportsAtTheHeartbeatOfTheSnapshotAndWhenTheStoreFails() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      peer.send(update("r1", null, 100));
      peer.next(FromSidecar.Ack.class);
      for (int i = 0; i < 5; i++) {
        peer.next(FromSidecar.Report.class);
      }
      StoreHealth down = new StoreHealth(true, false, "no answer");
      sidecar.health = down;
      soon().until(() -> peer.next(FromSidecar.Report.class).store().equals(down));
    }
  }

  @Test
  void endsWithALastReportAndAGoodbye() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      Peer peer = operator.accept();
      peer.next(FromSidecar.Report.class);
      sidecar.health = new StoreHealth(true, true, null);
      sidecar.client.close().syncUninterruptibly();

      assertThat(peer.next(FromSidecar.Report.class).store())
          .isEqualTo(new StoreHealth(true, true, null));
      assertThat(peer.closeCodes.poll(20, TimeUnit.SECONDS)).isEqualTo(1001);
      assertThat(sidecar.client.connected()).isFalse();
      assertThat(sidecar.delays).isEmpty();
    }
  }

  @Test
  void refusesSettingsThatCannotWork() {
    assertThatThrownBy(
            () -> new TestSidecar(directory, URI.create("ws://localhost:1/"), Certificates.pem(CA)))
        .hasMessageContaining("wss://host:port/path");
    assertThatThrownBy(
            () -> new TestSidecar(directory, URI.create("wss://localhost:1/"), "no certificate"))
        .hasMessageContaining("The operator's CA");
  }
}
