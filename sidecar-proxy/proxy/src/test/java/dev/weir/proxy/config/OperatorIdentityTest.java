package dev.weir.proxy.config;

import static dev.weir.proxy.config.Certificates.CA;
import static dev.weir.proxy.config.Certificates.SERVER;
import static dev.weir.proxy.config.TestSidecar.soon;
import static dev.weir.proxy.config.TestSidecar.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.FromSidecar;
import dev.weir.proxy.config.FakeOperator.Peer;
import dev.weir.proxy.testing.Leaks;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a sidecar follows and trusts: leaders, authorities, host names. */
@ExtendWith(Leaks.class)
class OperatorIdentityTest {
  @TempDir Path directory;

  @Test
  void followsToTheLeaderAndVerifiesTheHostNameThere() throws Exception {
    X509Bundle other = Certificates.server(CA, "other.example");
    try (FakeOperator follower = new FakeOperator();
        FakeOperator leader = new FakeOperator();
        FakeOperator impostor = new FakeOperator(other);
        TestSidecar sidecar = new TestSidecar(directory, follower)) {
      follower.refuseNext(421, "127.0.0.1:" + impostor.port());
      follower.refuseNext(421, "127.0.0.1:" + leader.port());
      sidecar.start();
      Peer peer = leader.accept();
      peer.send(update("r1"));
      peer.next(FromSidecar.Ack.class);

      assertThat(impostor.connections).hasValue(1);
      assertThat(impostor.tokens).isEmpty();
      // The impostor cost a wait, following did not.
      assertThat(sidecar.delays).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "leader.example:9443", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:x", ":"})
  void waitsWhereThereIsNoLeader(String address) throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator)) {
      operator.refuseNext(421, address.isEmpty() ? null : address);
      sidecar.start();
      operator.accept();
      assertThat(sidecar.delays).hasSize(1);
    }
  }

  @Test
  void doesNotSpinBetweenReplicasThatDisagree() throws Exception {
    try (FakeOperator operator = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, operator)) {
      for (int i = 0; i < 5; i++) {
        operator.refuseNext(421, "127.0.0.1:" + operator.port());
      }
      sidecar.start();
      operator.accept();
      assertThat(sidecar.delays).hasSize(1);
    }
  }

  @Test
  void refusesAnotherAuthority() throws Exception {
    X509Bundle forged =
        Certificates.server(Certificates.authority("weir-operator-ca"), "localhost");
    try (FakeOperator operator = new FakeOperator(forged);
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      soon().until(() -> sidecar.delays.size() >= 2);
      assertThat(operator.tokens).isEmpty();
      assertThat(sidecar.client.connected()).isFalse();
    }
  }

  @Test
  void refusesAnotherHostName() throws Exception {
    try (FakeOperator operator = new FakeOperator(Certificates.server(CA, "other.example"));
        TestSidecar sidecar = new TestSidecar(directory, operator).start()) {
      soon().until(() -> sidecar.delays.size() >= 2);
      assertThat(operator.tokens).isEmpty();
    }
  }

  @Test
  void outlivesARotationOfTheAuthority() throws Exception {
    X509Bundle next = Certificates.authority("weir-operator-ca-2");
    String both = Certificates.pem(CA) + "\n" + Certificates.pem(next);
    int port;
    try (FakeOperator before = new FakeOperator();
        TestSidecar sidecar = new TestSidecar(directory, before).start()) {
      port = before.port();
      Peer peer = before.accept();
      peer.send(update("r1", both, 5000));
      peer.next(FromSidecar.Ack.class);
      // An operator of the last release does not know the member.
      peer.send(update("r2", null, 5000));
      peer.next(FromSidecar.Ack.class);
      before.stop();
      try (FakeOperator after = new FakeOperator(Certificates.server(next, "localhost"), port)) {
        after.accept();
        assertThat(sidecar.revision()).isEqualTo("r2");
      }
    }
    // And a restart of the process, still with the certificate of its injection.
    try (FakeOperator after = new FakeOperator(Certificates.server(next, "localhost"), port);
        TestSidecar restarted = new TestSidecar(directory, after).start()) {
      Peer peer = after.accept();
      assertThat(restarted.delays).isEmpty();
      // A bundle without the old authority does not lock out what was injected.
      peer.send(update("r3", Certificates.pem(next), 5000));
      peer.next(FromSidecar.Ack.class);
    }
    try (FakeOperator back = new FakeOperator(SERVER, port);
        TestSidecar again = new TestSidecar(directory, back).start()) {
      back.accept();
      assertThat(again.delays).isEmpty();
    }
  }

  @Test
  void trustsEachOfTheInjectedAuthorities() throws Exception {
    X509Bundle next = Certificates.authority("weir-operator-ca-2");
    String both = Certificates.pem(CA) + "\n" + Certificates.pem(next);
    try (FakeOperator operator = new FakeOperator(Certificates.server(next, "localhost"));
        TestSidecar sidecar = new TestSidecar(directory, operator.url(), both).start()) {
      operator.accept();
      assertThat(sidecar.delays).isEmpty();
    }
  }
}
