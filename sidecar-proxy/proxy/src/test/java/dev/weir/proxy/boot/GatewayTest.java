package dev.weir.proxy.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.protocol.Snapshot.Route;
import dev.weir.proxy.config.RefusedException;
import dev.weir.proxy.testing.Leaks;
import dev.weir.proxy.testing.RawClient;
import dev.weir.proxy.testing.Snapshots;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Listeners come and go with snapshots. */
@ExtendWith(Leaks.class)
class GatewayTest {
  private static final String MODELS = LlmCallTest.request("GET /v1/models HTTP/1.1", "");

  @Test
  void listenersComeAndGoWithTheirRoutes() throws Exception {
    try (TestGateway gateway = new TestGateway().serving()) {
      int other = TestGateway.freePort();
      assertServes(gateway.port);
      gateway.serving(
          gateway.route(),
          Snapshots.route(
              "second", other, gateway.baseUrl("http", "x.test"), List.of(), List.of()));
      assertServes(gateway.port);
      assertServes(other);
      gateway.serving(
          Snapshots.route(
              "second", other, gateway.baseUrl("http", "x.test"), List.of(), List.of()));
      assertServes(other);
      assertThatThrownBy(gateway::client).isInstanceOf(ConnectException.class);
      gateway.serving();
      assertServes(gateway.port);
      assertThatThrownBy(() -> new RawClient(other)).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void portThatIsTakenRefusesTheSnapshotAsAWhole() throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        ServerSocket taken = new ServerSocket(0)) {
      int free = TestGateway.freePort();
      Route good =
          Snapshots.route("good", free, gateway.baseUrl("http", "x.test"), List.of(), List.of());
      Route bad =
          Snapshots.route(
              "bad", taken.getLocalPort(), gateway.baseUrl("http", "x.test"), List.of(), List.of());
      assertThatThrownBy(() -> gateway.serving(good, bad))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("LlmRoute/bad")
          .hasMessageContaining(Integer.toString(taken.getLocalPort()));
      assertServes(gateway.port);
      assertThatThrownBy(() -> new RawClient(free)).isInstanceOf(ConnectException.class);
      // What the rules refuse leaves no listener either.
      Route unknown = Snapshots.route("good", free, "ftp://x", List.of(), List.of());
      assertThatThrownBy(() -> gateway.serving(unknown))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("LlmRoute/good");
      assertThatThrownBy(() -> new RawClient(free)).isInstanceOf(ConnectException.class);
      assertServes(gateway.port);
    }
  }

  @Test
  void oneClientTooManyIsToldSoInTheDialect() throws Exception {
    try (TestGateway gateway = TestGateway.withPlaces(1).serving();
        RawClient first = gateway.client()) {
      first.send(MODELS);
      assertThat(first.response()).startsWith("HTTP/1.1 200 ");
      try (RawClient second = gateway.client()) {
        assertThat(second.response())
            .startsWith("HTTP/1.1 503 ")
            .contains("Content-Type: application/json\r\n", "Retry-After: 1\r\n")
            .contains("\"code\":\"overloaded\"", "LlmRoute/");
      }
    }
  }

  @Test
  void changedExposureIsBoundAnewAndBackWhenTheSnapshotIsRefused() throws Exception {
    InetAddress outside = outside();
    try (TestGateway gateway = new TestGateway().serving();
        ServerSocket taken = new ServerSocket(0)) {
      assertThatThrownBy(() -> new Socket(outside, gateway.port).close())
          .isInstanceOf(ConnectException.class);
      Route cluster = TestGateway.with(gateway.route(), gateway.port, true);
      Route bad = TestGateway.with(gateway.route(), taken.getLocalPort(), true);
      assertThatThrownBy(() -> gateway.serving(cluster, bad)).isInstanceOf(RefusedException.class);
      assertServes(gateway.port);
      assertThatThrownBy(() -> new Socket(outside, gateway.port).close())
          .isInstanceOf(ConnectException.class);
      gateway.serving(cluster);
      assertServes(gateway.port);
      new Socket(outside, gateway.port).close();
    }
  }

  @Test
  void connectionsOfAGoneRouteEndWithTheExchangeThatTheyAreAt() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (TestGateway gateway = new TestGateway().serving();
        RawClient busy = gateway.client();
        RawClient idle = gateway.client()) {
      idle.send(MODELS);
      idle.response();
      gateway.provider.script(
          call ->
              call.readBody()
                  && call.say(LlmCallTest.SSE)
                  && call.chunk(LlmCallTest.TEXT)
                  && go.await(30, TimeUnit.SECONDS)
                  && call.chunk(LlmCallTest.USAGE + LlmCallTest.DONE)
                  && call.say("0\r\n\r\n"));
      busy.send(LlmCallTest.STREAM);
      busy.head();
      LlmCallTest.chunk(busy);
      gateway.serving(new Route[0]);
      assertThat(idle.rest()).isEmpty();
      go.countDown();
      assertThat(busy.rest()).endsWith("0\r\n\r\n");
      gateway.awaitSettled(1);
      // By the rules that it was admitted by.
      assertThat(gateway.ledger("m/gpt/output")).isEqualTo(5);
    }
  }

  private static void assertServes(int port) throws IOException {
    try (RawClient client = new RawClient(port)) {
      client.send(MODELS);
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
  }

  private static InetAddress outside() throws IOException {
    for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(network.getInetAddresses())) {
        if (!address.isLoopbackAddress() && address.getAddress().length == 4) {
          return address;
        }
      }
    }
    return Assumptions.abort("this machine has no address but loopback");
  }
}
