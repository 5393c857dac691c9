package dev.weir.proxy.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.proxy.exchange.Ending;
import dev.weir.proxy.testing.Leaks;
import dev.weir.proxy.testing.Origin;
import dev.weir.proxy.testing.RawClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What passes from client to application and back, byte for byte. */
@ExtendWith(Leaks.class)
@SuppressWarnings("StringConcatToTextBlock") // CRLF is what is tested.
class ForwardingTest {
  private TestProxy proxy;
  private Origin origin;

  @BeforeEach
  void start() throws Exception {
    proxy = new TestProxy();
    origin = proxy.origin;
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
  }

  @Test
  void keepsOrderAndCaseOfFields() throws Exception {
    try (RawClient client = proxy.client()) {
      client.send("GET /a?b=%20c HTTP/1.1\r\nhOsT: x\r\nX-B: 1\r\nx-A: 2\r\nX-b: 3\r\n\r\n");
      assertThat(client.response())
          .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nWeir-Revision: r1\r\n\r\nok");
    }
    assertThat(origin.heads())
        .containsExactly(
            "GET /a?b=%20c HTTP/1.1\r\nhOsT: x\r\nX-B: 1\r\nx-A: 2\r\nX-b: 3\r\n"
                + "X-Forwarded-For: 127.0.0.1\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'Connection: close\r\n'",
    "'Connection: X-Gone, keep-alive\r\nX-Gone: 1\r\n'",
    "'Connection: x-gone\r\nConnection: x-GONE2\r\nX-Gone: 1\r\nX-Gone2: 1\r\n'",
    "'Keep-Alive: timeout=5\r\n'",
    "'Proxy-Connection: keep-alive\r\n'",
    "'Proxy-Authorization: Basic eDp5\r\n'",
    "'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n'",
    "'TE: gzip\r\n'",
    "'x_user: 1\r\n'"
  })
  void hopByHopFieldsOfTheRequestEndHere(String fields) throws Exception {
    try (RawClient client = proxy.client()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n" + fields + "X-Kept: 1\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n");
    }
    assertThat(origin.heads())
        .containsExactly(
            "GET / HTTP/1.1\r\nHost: x\r\nX-Kept: 1\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'Keep-Alive: timeout=5\r\n'",
    "'Connection: X-Gone\r\nX-Gone: 1\r\n'",
    "'Upgrade: h2c\r\nConnection: upgrade\r\n'",
    "'Proxy-Authenticate: Basic\r\n'"
  })
  void hopByHopFieldsOfTheResponseEndHere(String fields) throws Exception {
    origin.script(call -> call.say("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 0\r\n\r\n"));
    try (RawClient client = proxy.client()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.response())
          .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nWeir-Revision: r1\r\n\r\n");
    }
  }

  @Test
  void nominatingFramingFieldsHasNoEffect() throws Exception {
    try (RawClient client = proxy.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nConnection: content-length, host\r\n"
              + "Content-Length: 02\r\n\r\nab");
      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n");
    }
    assertThat(origin.heads().getFirst()).contains("Host: x\r\n", "content-length: 2\r\n");
  }

  @Test
  void appendsThePeerToForwardedFor() throws Exception {
    try (RawClient client = proxy.client()) {
      client.send(
          "GET / HTTP/1.1\r\n"
              + "Host: x\r\n"
              + "X-Forwarded-For: 1.1.1.1\r\n"
              + "x-forwarded-for: 2.2.2.2\r\n\r\n");
      client.response();
    }
    assertThat(origin.heads().getFirst())
        .contains("X-Forwarded-For: 1.1.1.1, 2.2.2.2, 127.0.0.1\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "GET http://x/a?b HTTP/1.1, x, GET /a?b HTTP/1.1",
    "GET http://x HTTP/1.1, x:80, GET / HTTP/1.1",
    "GET HTTP://X?q HTTP/1.1, x, GET /?q HTTP/1.1",
    "OPTIONS * HTTP/1.1, x, OPTIONS * HTTP/1.1"
  })
  void forwardsTheOriginForm(String line, String host, String forwarded) throws Exception {
    try (RawClient client = proxy.client()) {
      client.send(line + "\r\nHost: " + host + "\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n");
    }
    assertThat(origin.heads().getFirst()).startsWith(forwarded + "\r\n");
  }

  @Test
  void chunkedBodiesAreWrittenAnewWithListedTrailersOnly() throws Exception {
    StringBuilder seen = new StringBuilder();
    origin.script(
        call -> {
          seen.append(call.chunked());
          return call.say(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + "002;ext=1\r\nok\r\n0\r\ngrpc-status: 0\r\nSet-Cookie: a=b\r\n\r\n");
        });
    try (RawClient client = proxy.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nTE: trailers, gzip\r\nTransfer-Encoding: Chunked\r\n\r\n"
              + "3;a=b\r\nabc\r\n0\r\nETag: \"1\"\r\nAuthorization: x\r\nHost: evil\r\n\r\n");
      assertThat(client.head()).contains("Transfer-Encoding: chunked\r\n");
      String end = "2\r\nok\r\n0\r\ngrpc-status: 0\r\n\r\n";
      assertThat(client.read(end.length()).toLowerCase(Locale.ROOT)).isEqualTo(end);
    }
    assertThat(seen.toString()).isEqualTo("3\r\nabc\r\n0\r\nETag: \"1\"\r\n\r\n");
    assertThat(origin.heads().getFirst().toLowerCase(Locale.ROOT)).contains("te: trailers\r\n");
  }

  @Test
  void closeDelimitedResponsesBecomeChunked() throws Exception {
    origin.script(
        call -> {
          call.say("HTTP/1.0 200 OK\r\n\r\nhello");
          return false;
        });
    try (RawClient client = proxy.client()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head()).contains("transfer-encoding: chunked\r\n");
      String body = client.read("5\r\nhello\r\n0\r\n\r\n".length());
      assertThat(body).isEqualTo("5\r\nhello\r\n0\r\n\r\n");
    }
  }

  @Test
  void servesHttp10() throws Exception {
    origin.script(
        call ->
            call.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"));
    try (RawClient client = proxy.client()) {
      client.send("GET / HTTP/1.0\r\n\r\n");
      assertThat(client.rest())
          .isEqualTo("HTTP/1.1 200 OK\r\nWeir-Revision: r1\r\nconnection: close\r\n\r\nhi");
    }
    assertThat(origin.heads().getFirst()).startsWith("GET / HTTP/1.1\r\nhost: localhost\r\n");
  }

  @ParameterizedTest
  @CsvSource({"HEAD, 200 OK", "GET, 204 No Content", "GET, 304 Not Modified"})
  void responsesWithoutBodyKeepTheConnectionInStep(String method, String status) throws Exception {
    origin.script(
        call ->
            call.head().startsWith("GET /next")
                ? call.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext")
                : call.say("HTTP/1.1 " + status + "\r\nX-Is: it\r\n\r\n"));
    try (RawClient client = proxy.client()) {
      client.send(method + " / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 " + status + "\r\n").contains("X-Is: it");
      client.send("GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.response()).endsWith("\r\n\r\nnext");
    }
  }

  @Test
  void headKeepsTheLengthOfTheBodyThatIsNotSent() throws Exception {
    origin.script(call -> call.say("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"));
    try (RawClient client = proxy.client()) {
      client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head()).contains("Content-Length: 500\r\n");
      assertThat(client.head()).contains("Content-Length: 500\r\n");
    }
  }

  @Test
  void pipelinedRequestsAreServedOneAfterTheOther() throws Exception {
    origin.script(
        call -> {
          String path = call.head().split(" ", 3)[1];
          return call.say(
              "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
        });
    StringBuilder requests = new StringBuilder();
    for (int i = 100; i < 600; i++) {
      requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    try (RawClient client = proxy.client()) {
      client.send(requests.toString());
      for (int i = 100; i < 600; i++) {
        assertThat(client.response()).endsWith("\r\n\r\n/" + i);
      }
    }
    assertThat(origin.heads()).hasSize(500);
  }

  @Test
  void relays100AndTheBodyAfterIt() throws Exception {
    origin.script(
        call ->
            call.say("HTTP/1.1 100 Continue\r\n\r\n")
                && call.readBody()
                && call.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    try (RawClient client = proxy.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("abc");
      assertThat(client.response()).endsWith("\r\n\r\nok");
    }
  }

  @Test
  void finalAnswerInsteadOf100EndsTheConnection() throws Exception {
    origin.script(call -> call.say("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"));
    try (RawClient client = proxy.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.rest())
          .startsWith("HTTP/1.1 401 Unauthorized\r\n")
          .contains("connection: close");
    }
  }

  @Test
  void relays103AndKeepsResponsesPaired() throws Exception {
    origin.script(
        call ->
            call.head().startsWith("GET")
                ? call.say(
                    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                : call.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"));
    try (RawClient client = proxy.client()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
      assertThat(client.response()).endsWith("\r\n\r\nok");
      client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head()).contains("Content-Length: 9\r\n");
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 103 ");
    }
    assertThat(origin.connections()).isEqualTo(1);
  }

  @Test
  void earlyResponseEndsTheConnectionToTheApplication() throws Exception {
    origin.script(call -> call.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"));
    try (RawClient client = proxy.client()) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
      assertThat(client.response()).startsWith("HTTP/1.1 413 ");
      origin.script(Origin.Script.OK);
      client.send("defghijGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.response()).endsWith("\r\n\r\nok");
    }
    assertThat(origin.connections()).isEqualTo(2);
  }

  @Test
  void clientThatGoesAwayCancelsTheRequest() throws Exception {
    var cancelled = new CountDownLatch(1);
    origin.script(
        call -> {
          if (call.in().read() < 0) {
            cancelled.countDown();
          }
          return false;
        });
    try (RawClient client = proxy.client()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      Awaitility.await().until(() -> origin.heads().size() == 1);
    }
    assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    Awaitility.await().until(() -> proxy.endings(Ending.CLIENT_ABORTED) == 1);
    Awaitility.await().until(() -> proxy.connections.get() == 0);
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'",
    "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'",
    "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n'"
  })
  void brokenResponseNeverLooksWhole(String response) throws Exception {
    origin.script(
        call -> {
          call.say(response);
          return false;
        });
    try (RawClient client = proxy.client()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.rest()).contains("half").doesNotContain("0\r\n\r\n");
    }
    Awaitility.await().until(() -> proxy.endings(Ending.APP_ABORTED) == 1);
  }

  @Test
  void resetOfACloseDelimitedResponseIsAResetForHttp10() throws Exception {
    origin.script(
        call -> {
          call.say("HTTP/1.1 200 OK\r\n\r\nhalf");
          Awaitility.await().until(() -> proxy.connections.get() == 1);
          call.socket().setSoLinger(true, 0);
          return false;
        });
    try (RawClient client = proxy.client()) {
      client.send("GET / HTTP/1.0\r\n\r\n");
      assertThat(client.rest()).endsWith("<reset>");
    }
  }

  @Test
  void applicationThatIsNotThereIsA502() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket free = new ServerSocket(0)) {
      nobody = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), free.getLocalPort());
    }
    try (TestProxy alone = new TestProxy(TestProxy.PATIENT, 10, nobody);
        RawClient client = alone.client()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.response())
          .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
          .contains("application/problem+json", "retry-after: 1\r\n")
          .contains("The application does not accept connections");
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
      assertThat(client.response()).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
      assertThat(alone.endings(Ending.APP_UNAVAILABLE)).isEqualTo(2);
    }
  }

  @Test
  void bytesAfterAResponseCloseTheConnectionToTheApplication() throws Exception {
    origin.script(
        call ->
            call.say(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                    + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"));
    try (RawClient client = proxy.client()) {
      client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.response()).endsWith("\r\n\r\nok");
      assertThat(client.response()).endsWith("\r\n\r\nok");
    }
    assertThat(origin.connections()).isEqualTo(2);
  }
}
