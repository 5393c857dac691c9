package dev.weir.proxy.boot;

import static dev.weir.proxy.boot.LlmCallTest.DONE;
import static dev.weir.proxy.boot.LlmCallTest.PLAIN;
import static dev.weir.proxy.boot.LlmCallTest.SSE;
import static dev.weir.proxy.boot.LlmCallTest.STREAM;
import static dev.weir.proxy.boot.LlmCallTest.STREAMS;
import static dev.weir.proxy.boot.LlmCallTest.TEXT;
import static dev.weir.proxy.boot.LlmCallTest.USAGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Snapshot.Timeouts;
import dev.weir.proxy.llm.CallEnding;
import dev.weir.proxy.llm.LlmSettings;
import dev.weir.proxy.testing.Leaks;
import dev.weir.proxy.testing.RawClient;
import dev.weir.proxy.testing.Snapshots;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls that end early, by whoever's fault: what the client sees, and that each is charged once.
 */
@ExtendWith(Leaks.class)
@SuppressWarnings("StringConcatToTextBlock") // CRLF is what is tested.
class LlmFailureTest {
  private static final LlmSettings HASTY =
      new LlmSettings(Duration.ofMillis(300), 1, 1 << 16, false);

  /** An answer in the pieces between which things may go wrong. */
  private static final List<String> STREAM_PIECES =
      List.of(
          "HTTP/1.1 200 OK\r\nContent-Type: text/ev",
          "ent-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
          chunked(TEXT.substring(0, 10)),
          chunked(TEXT.substring(10)),
          chunked(TEXT),
          chunked(USAGE),
          chunked(DONE),
          "0\r\n\r\n");

  private static final String BODY =
      "{\"choices\":[{\"message\":{\"content\":\"Hi there\"}}],"
          + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,\"total_tokens\":12}}";
  private static final List<String> PLAIN_PIECES =
      List.of(
          "HTTP/1.1 200 OK\r\n",
          "Content-Length: " + BODY.length() + "\r\n\r\n",
          BODY.substring(0, 60),
          BODY.substring(60));

  /** The provider says no more, and closes in the end. */
  private static boolean closesAfter(CountDownLatch end) throws InterruptedException {
    end.await(30, TimeUnit.SECONDS);
    return false;
  }

  private static String chunked(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  static Stream<List<Object>> stages() {
    return Stream.concat(
        IntStream.rangeClosed(0, STREAM_PIECES.size()).mapToObj(i -> List.<Object>of("stream", i)),
        IntStream.rangeClosed(0, PLAIN_PIECES.size()).mapToObj(i -> List.<Object>of("plain", i)));
  }

  /** The provider closes after so many pieces; the client must see a whole answer or a failure. */
  @ParameterizedTest
  @MethodSource("stages")
  void providerThatBreaksOffAnywhereIsChargedOnce(List<Object> stage) throws Exception {
    boolean stream = stage.getFirst().equals("stream");
    List<String> pieces = stream ? STREAM_PIECES : PLAIN_PIECES;
    int given = (int) stage.getLast();
    boolean whole = given == pieces.size();
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.provider.script(
          call -> {
            call.readBody();
            for (String piece : pieces.subList(0, given)) {
              call.say(piece);
            }
            return false;
          });
      client.send((stream ? STREAM : PLAIN).replace("Host: x", "Host: x\r\nConnection: close"));
      String answer = client.rest();
      gateway.awaitSettled(1);
      assertThat(gateway.store.settled()).hasSize(1);
      assertThat(gateway.ledger("m/gpt/requests")).isEqualTo(1);
      assertThat(gateway.ledger("p/mock/errors")).isEqualTo(whole ? 0 : 1);
      assertThat(gateway.endings).hasSize(1);
      if (given < 2) {
        assertThat(answer).startsWith("HTTP/1.1 502 ").contains("provider_unreachable");
        assertThat(gateway.ledger("m/gpt/output")).isZero();
      } else if (stream) {
        assertThat(answer.endsWith("\r\n0\r\n\r\n")).isEqualTo(whole);
        assertThat(answer.contains("data: {\"error\":")).isEqualTo(!whole);
        assertThat(gateway.ledger("m/gpt/output"))
            .isEqualTo(given > 5 ? 5 : new int[] {0, 0, 0, 0, 2, 4}[given]);
      } else {
        assertThat(answer.endsWith(BODY)).isEqualTo(whole);
      }
    }
  }

  /** The client resets after so many pieces; the provider goes on, so its usage is known. */
  @ParameterizedTest
  @MethodSource("stages")
  void clientThatLeavesAnywhereIsChargedWhatTheProviderSays(List<Object> stage) throws Exception {
    boolean stream = stage.getFirst().equals("stream");
    List<String> pieces = stream ? STREAM_PIECES : PLAIN_PIECES;
    int given = (int) stage.getLast();
    CountDownLatch left = new CountDownLatch(1);
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.provider.script(
          call -> {
            call.readBody();
            for (int i = 0; i < pieces.size(); i++) {
              if (i == given) {
                left.await(30, TimeUnit.SECONDS);
              }
              call.say(pieces.get(i));
            }
            return true;
          });
      client.send(stream ? STREAM : PLAIN);
      Awaitility.await().until(() -> gateway.provider.heads().size() == 1);
      if (given >= 2) {
        client.head();
      }
      client.socket().setSoLinger(true, 0);
      client.socket().close();
      Awaitility.await().until(() -> gateway.connections.get() == 0);
      left.countDown();
      gateway.awaitSettled(1);
      assertThat(gateway.store.settled()).hasSize(1);
      assertThat(gateway.ledger("m/gpt/requests")).isEqualTo(1);
      assertThat(gateway.ledger("m/gpt/input")).isEqualTo(7);
      assertThat(gateway.ledger("m/gpt/output")).isEqualTo(5);
      assertThat(gateway.ledger("m/gpt/estimated")).isZero();
      assertThat(gateway.ledger("p/mock/errors")).isZero();
      assertThat(gateway.drains).hasValue(0);
    }
  }

  @Test
  void drainsAreBoundInTimeAndNumber() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (TestGateway gateway = new TestGateway(HASTY).serving()) {
      gateway.provider.script(
          call -> call.readBody() && call.say(SSE) && call.chunk(TEXT) && closesAfter(end));
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        RawClient client = gateway.client();
        client.send(STREAM);
        client.head();
        LlmCallTest.chunk(client);
        clients.add(client);
      }
      for (RawClient client : clients) {
        client.close();
      }
      gateway.awaitSettled(3);
      assertThat(gateway.store.settled()).hasSize(3);
      assertThat(gateway.ledger("m/gpt/output")).isEqualTo(6);
      assertThat(gateway.ledger("m/gpt/estimated")).isEqualTo(6);
      assertThat(gateway.ledger("p/mock/errors")).isZero();
      assertThat(gateway.endings).containsOnly(CallEnding.CLIENT_GONE);
      end.countDown();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, 60000, 300, 60000, 60000, timeouts.firstToken",
    "true, 60000, 60000, 60000, 300, timeouts.total",
    "false, 60000, 1, 1, 300, timeouts.total",
  })
  void timeIsUpBeforeTheHead(
      boolean stream, long connect, long first, long between, long total, String field)
      throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (TestGateway gateway = new TestGateway()) {
      gateway.serving(
          TestGateway.with(gateway.route(), new Timeouts(connect, first, between, total)));
      gateway.provider.script(call -> call.readBody() && closesAfter(end));
      try (RawClient client = gateway.client()) {
        client.send(stream ? STREAM : PLAIN);
        assertThat(client.response()).startsWith("HTTP/1.1 504 ").contains(field);
        // The connection goes on.
        gateway.provider.script(STREAMS);
        client.send(STREAM);
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
      }
      gateway.awaitSettled(2);
      assertThat(gateway.ledger("p/mock/errors")).isEqualTo(1);
      assertThat(gateway.endings).contains(CallEnding.TIMED_OUT);
      end.countDown();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 300, 60000, timeouts.firstToken",
    "1, 60000, 300, timeouts.betweenTokens",
  })
  void timeIsUpAfterTheHead(int events, long first, long between, String field) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (TestGateway gateway = new TestGateway()) {
      gateway.serving(
          TestGateway.with(gateway.route(), new Timeouts(60_000, first, between, 60_000)));
      gateway.provider.script(
          call -> {
            call.readBody();
            call.say(SSE);
            for (int i = 0; i < events; i++) {
              call.chunk(TEXT);
            }
            return closesAfter(end);
          });
      try (RawClient client = gateway.client()) {
        client.send(STREAM);
        assertThat(client.rest())
            .startsWith("HTTP/1.1 200 ")
            .contains("data: {\"error\":{", field)
            .doesNotEndWith("\r\n0\r\n\r\n");
      }
      gateway.awaitSettled(1);
      assertThat(gateway.ledger("p/mock/errors")).isEqualTo(1);
      assertThat(gateway.ledger("m/gpt/output")).isEqualTo(2L * events);
      end.countDown();
    }
  }

  @Test
  void providerThatDoesNotListenIsA502() throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.provider.close();
      for (int i = 1; i <= 3; i++) {
        client.send(PLAIN);
        assertThat(client.response()).startsWith("HTTP/1.1 502 ").contains("provider_unreachable");
        gateway.awaitSettled(i);
        assertThat(gateway.providers.health().getFirst().failures()).isEqualTo(i);
      }
      assertThat(gateway.ledger("m/gpt/requests")).isEqualTo(3);
      assertThat(gateway.ledger("p/mock/errors")).isEqualTo(3);
      assertThat(gateway.ledger("m/gpt/input")).isZero();
      assertThat(gateway.endings).containsOnly(CallEnding.UNREACHED);
    }
  }

  @Test
  void callIsNeverSentTwice() throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.provider.script(STREAMS);
      client.send(STREAM);
      client.head();
      LlmCallTest.events(client);
      // On the reused connection, which so looks like one that was closed as idle.
      gateway.provider.script(call -> false);
      client.send(STREAM);
      assertThat(client.response()).startsWith("HTTP/1.1 502 ");
      gateway.awaitSettled(2);
      assertThat(gateway.provider.heads()).hasSize(2);
      assertThat(gateway.provider.connections()).isEqualTo(1);
    }
  }

  @Test
  void storeWithABugDoesNotKeepTheAnswerBack() throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.store.breakSettling();
      gateway.provider.script(STREAMS);
      client.send(STREAM);
      client.head();
      assertThat(LlmCallTest.events(client)).isEqualTo(TEXT + DONE);
      assertThat(gateway.open).hasValue(0);
    }
  }

  @Test
  void slowReaderStopsTheProviderAndIsNotTimedOut() throws Exception {
    AtomicLong written = new AtomicLong();
    String event =
        "data: {\"choices\":[{\"delta\":{\"content\":\"" + "x".repeat(30_000) + "\"}}]}\n\n";
    int events = 2000;
    try (TestGateway gateway = new TestGateway()) {
      gateway.serving(
          TestGateway.with(gateway.route(), new Timeouts(60_000, 60_000, 400, 600_000)));
      gateway.provider.script(
          call -> {
            call.readBody();
            call.say(SSE);
            for (int i = 0; i < events; i++) {
              call.chunk(event);
              written.incrementAndGet();
            }
            return call.chunk(USAGE + DONE) && call.say("0\r\n\r\n");
          });
      try (RawClient client = gateway.client()) {
        client.socket().setReceiveBufferSize(65536);
        client.send(STREAM);
        client.head();
        AtomicLong before = new AtomicLong(-1);
        Awaitility.await()
            .pollInterval(Duration.ofMillis(700))
            .atMost(Duration.ofSeconds(60))
            .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
        assertThat(written.get()).isLessThan(events);
        assertThat(LlmCallTest.events(client)).hasSize(events * event.length() + DONE.length());
      }
      gateway.awaitSettled(1);
      assertThat(gateway.endings).containsOnly(CallEnding.ANSWERED);
    }
  }

  @Test
  void sidecarThatEndsSettlesWhatIsInFlight() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.provider.script(
          call -> call.readBody() && call.say(SSE) && call.chunk(TEXT) && closesAfter(end));
      client.send(STREAM);
      client.head();
      LlmCallTest.chunk(client);
      gateway.gateway.close();
      gateway.endCalls();
      assertThat(gateway.store.settled()).hasSize(1);
      assertThat(gateway.ledger("m/gpt/output")).isEqualTo(2);
      assertThat(client.rest()).doesNotContain("0\r\n\r\n");
      end.countDown();
    }
  }

  @Test
  void drainLetsCallsInFlightFinish() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.provider.script(
          call ->
              call.readBody()
                  && call.say(SSE)
                  && call.chunk(TEXT)
                  && go.await(30, TimeUnit.SECONDS)
                  && call.chunk(USAGE + DONE)
                  && call.say("0\r\n\r\n"));
      client.send(STREAM);
      client.head();
      LlmCallTest.chunk(client);
      gateway.plane.drain();
      go.countDown();
      assertThat(client.rest()).endsWith(chunked(DONE) + "0\r\n\r\n");
      gateway.awaitSettled(1);
      assertThat(gateway.ledger("m/gpt/output")).isEqualTo(5);
    }
  }

  @Test
  void silentProviderIsA504OfTheConnection() throws Exception {
    try (ServerSocket silent = new ServerSocket(0);
        TestGateway gateway = new TestGateway()) {
      // Connected by the kernel, but nobody shakes hands.
      String url = "https://" + TestGateway.HOST + ":" + silent.getLocalPort();
      gateway.serving(
          TestGateway.with(
              Snapshots.route("chat", gateway.port, url, List.of(), List.of()),
              new Timeouts(300, 60_000, 60_000, 60_000)));
      try (RawClient client = gateway.client()) {
        client.send(PLAIN);
        assertThat(client.response()).startsWith("HTTP/1.1 504 ").contains("timeouts.connect");
      }
      gateway.awaitSettled(1);
      assertThat(gateway.ledger("p/mock/errors")).isEqualTo(1);
    }
  }
}
