package dev.weir.proxy.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Snapshot.Unit;
import dev.weir.proxy.llm.CallEnding;
import dev.weir.proxy.testing.Leaks;
import dev.weir.proxy.testing.Origin;
import dev.weir.proxy.testing.RawClient;
import dev.weir.proxy.testing.ScriptedStore.Mode;
import dev.weir.proxy.testing.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call of an LLM route on the wire, from the client to the provider and back. */
@ExtendWith(Leaks.class)
@SuppressWarnings("StringConcatToTextBlock") // CRLF is what is tested.
class LlmCallTest {
  static final String PLAIN = chat("{\"model\":\"gpt\",\"messages\":[]}");
  static final String STREAM = chat("{\"model\":\"gpt\",\"messages\":[],\"stream\":true}");
  static final String TEXT = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi there\"}}]}\n\n";
  static final String USAGE =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,"
          + "\"total_tokens\":12}}\n\n";
  static final String DONE = "data: [DONE]\n\n";
  static final String SSE =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  static final Origin.Script STREAMS =
      call ->
          call.readBody()
              && call.say(SSE)
              && call.chunk(TEXT)
              && call.chunk(USAGE)
              && call.chunk(DONE)
              && call.say("0\r\n\r\n");

  static String chat(String body) {
    return request("POST /v1/chat/completions HTTP/1.1", body);
  }

  static String request(String line, String body) {
    return line
        + "\r\nHost: x\r\nAuthorization: Bearer key-acme\r\n"
        + "Content-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  static Origin.Script json(String status, String fields, String body) {
    return call ->
        call.readBody()
            && call.say(
                "HTTP/1.1 "
                    + status
                    + "\r\n"
                    + fields
                    + "Content-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body);
  }

  @Test
  void providerGetsItsOwnKeyAndNameAndTheClientItsAnswer() throws Exception {
    String body =
        "{\"choices\":[{\"message\":{\"content\":\"ok\"}}],\"usage\":{\"prompt_tokens\":10,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":4},\"completion_tokens\":6,"
            + "\"completion_tokens_details\":{\"reasoning_tokens\":2},\"total_tokens\":16}}";
    List<String> asked = new CopyOnWriteArrayList<>();
    try (TestGateway gateway = new TestGateway()) {
      gateway.serving(
          gateway.route(
              Snapshots.counting(Unit.TOKENS, Snapshots.limit("tokens", 100)),
              Snapshots.limit("calls", 9)));
      gateway.provider.script(
          call -> {
            asked.add(call.body());
            return call.say(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: s\r\n"
                    + "Set-Cookie: a=b\r\nAlt-Svc: h3\r\nx-ratelimit-limit-tokens: 1\r\n"
                    + "openai-organization: org\r\nx-request-id: req-1\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body);
          });
      try (RawClient client = gateway.client()) {
        client.send(
            PLAIN.replace(
                "Host: x\r\n",
                "Host: x\r\nCookie: c=d\r\nX-Api-Key: k\r\nX-Stainless-Lang: js\r\n"
                    + "Accept-Encoding: gzip\r\n"));
        String response = client.response();
        assertThat(response)
            .startsWith("HTTP/1.1 200 OK\r\n")
            .endsWith("\r\n\r\n" + body)
            .contains("x-request-id: req-1\r\n", "Weir-Revision: r1\r\n")
            .contains("x-ratelimit-remaining-tokens: ")
            .doesNotContain("Server:", "Set-Cookie", "Alt-Svc", "openai-organization")
            .doesNotContain("x-ratelimit-limit-tokens: 1\r\n");
        client.send(PLAIN);
        assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n");
      }
      assertThat(gateway.provider.connections()).isEqualTo(1);
      assertThat(gateway.provider.heads().getFirst())
          .startsWith("POST /v1/chat/completions HTTP/1.1\r\n")
          .containsIgnoringCase(
              "host: provider.test:" + gateway.provider.address().getPort() + "\r\n")
          .containsIgnoringCase("authorization: Bearer sk-provider\r\n")
          .containsIgnoringCase("accept-encoding: identity\r\n")
          .containsIgnoringCase("X-Stainless-Lang: js\r\n")
          .doesNotContainIgnoringCase("cookie")
          .doesNotContain("key-acme", "gzip", "X-Api-Key", "x-forwarded");
      assertThat(asked.getFirst()).contains("\"gpt-mock\"");
      gateway.awaitSettled(2);
      assertThat(gateway.ledger("m/gpt/requests")).isEqualTo(2);
      assertThat(gateway.ledger("m/gpt/input")).isEqualTo(12);
      assertThat(gateway.ledger("m/gpt/cachedInput")).isEqualTo(8);
      assertThat(gateway.ledger("m/gpt/output")).isEqualTo(8);
      assertThat(gateway.ledger("m/gpt/reasoning")).isEqualTo(4);
      assertThat(gateway.ledger("m/gpt/estimated")).isZero();
      assertThat(gateway.ledger("p/mock/requests")).isEqualTo(2);
      assertThat(gateway.ledger("p/mock/errors")).isZero();
      assertThat(gateway.store.used("calls", "")).isEqualTo(2);
      assertThat(gateway.store.used("tokens", "")).isEqualTo(32);
      assertThat(gateway.endings).containsOnly(CallEnding.ANSWERED);
    }
  }

  @Test
  void usageThatWasNotAskedForIsStrippedAndCharged() throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.provider.script(STREAMS);
      client.send(STREAM);
      assertThat(client.head()).contains("Content-Type: text/event-stream\r\n");
      assertThat(events(client)).isEqualTo(TEXT + DONE);
      gateway.awaitSettled(1);
      assertThat(gateway.ledger("m/gpt/input")).isEqualTo(7);
      assertThat(gateway.ledger("m/gpt/output")).isEqualTo(5);
      client.send(
          chat(
              "{\"model\":\"gpt\",\"messages\":[],\"stream\":true,"
                  + "\"stream_options\":{\"include_usage\":true}}"));
      client.head();
      assertThat(events(client)).isEqualTo(TEXT + USAGE + DONE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void eventsMayComeInAnyPieces(String lineEnd) throws Exception {
    String events = (TEXT + TEXT + USAGE + DONE).replace("\n", lineEnd);
    String without = (TEXT + TEXT + DONE).replace("\n", lineEnd);
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.provider.script(
          call -> {
            call.readBody();
            call.say(SSE);
            for (int i = 0; i < events.length(); i++) {
              call.chunk(events.substring(i, i + 1));
            }
            return call.say("0\r\n\r\n");
          });
      client.send(STREAM);
      client.head();
      assertThat(events(client)).isEqualTo(without);
      gateway.awaitSettled(1);
      assertThat(gateway.ledger("m/gpt/output")).isEqualTo(5);
    }
  }

  @Test
  void eachEventGoesOnBeforeTheNextComes() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.provider.script(
          call ->
              call.readBody()
                  && call.say(SSE)
                  && call.chunk(TEXT)
                  && seen.await(30, TimeUnit.SECONDS)
                  && call.chunk(USAGE + DONE)
                  && call.say("0\r\n\r\n"));
      client.send(STREAM);
      client.head();
      assertThat(chunk(client)).isEqualTo(TEXT);
      seen.countDown();
      assertThat(events(client)).isEqualTo(DONE);
    }
  }

  @Test
  void strangersAreRefusedBeforeTheirBodyIsRead() throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n");
      assertThat(client.response())
          .startsWith("HTTP/1.1 401 ")
          .contains("\"code\":\"invalid_api_key\"", "LlmRoute");
      assertThat(gateway.provider.heads()).isEmpty();
      assertThat(gateway.store.settled()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST /v1/embeddings, 404, unknown_url",
    "GET /v1/chat/completions, 404, unknown_url",
    "OPTIONS /v1/chat/completions, 404, unknown_url",
    "DELETE /v1/models/gpt, 404, unknown_url",
    "GET /v1/modelsx, 404, unknown_url",
    "GET /v1/models/none, 404, model_not_found",
  })
  void whatIsNotServedIsSaidInDialect(String line, int status, String code) throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      client.send(request(line + " HTTP/1.1", ""));
      assertThat(client.response())
          .startsWith("HTTP/1.1 " + status + " ")
          .contains("\"code\":\"" + code + "\"");
      client.send(request("GET /v1/models HTTP/1.1", ""));
      assertThat(client.response())
          .startsWith("HTTP/1.1 200 ")
          .contains("\"id\":\"gpt\"", "\"id\":\"default\"");
      client.send(request("GET /v1/models/d%65fault HTTP/1.1", ""));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ").contains("\"id\":\"default\"");
    }
  }

  @Test
  void unreadableHeadsAreRefusedInDialect() throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      client.send("GET /v1/models HTTP/1.1\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 400 ").contains("{\"error\":{");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{\"model\":\"none\",\"messages\":[]}", ""})
  void bodiesThatAskForNothingGoNowhere(String body) throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      client.send(chat(body));
      assertThat(client.response()).startsWith("HTTP/1.1 40").contains("{\"error\":{");
      gateway.provider.script(STREAMS);
      client.send(STREAM);
      assertThat(client.head()).startsWith("HTTP/1.1 200 ");
      gateway.awaitSettled(1);
      assertThat(gateway.provider.heads()).hasSize(1);
    }
  }

  @Test
  void tooLongBodiesAreRefusedAtOnceOrWhenTheyGrow() throws Exception {
    String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer key-acme";
    try (TestGateway gateway = new TestGateway().serving()) {
      try (RawClient announced = gateway.client()) {
        announced.send(head + "\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n");
        assertThat(announced.rest()).startsWith("HTTP/1.1 413 ").contains("request_too_large");
      }
      try (RawClient growing = gateway.client()) {
        growing.send(head + "\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 5; i++) {
          growing.send("4000\r\n" + " ".repeat(0x4000) + "\r\n");
        }
        assertThat(growing.rest()).startsWith("HTTP/1.1 413 ").contains("request_too_large");
      }
      try (RawClient patient = gateway.client()) {
        String body = "{\"model\":\"gpt\",\"messages\":[]}";
        gateway.provider.script(json("200 OK", "", "{}"));
        patient.send(
            head + "\r\nExpect: 100-continue\r\nContent-Length: " + body.length() + "\r\n\r\n");
        assertThat(patient.head()).startsWith("HTTP/1.1 100 ");
        patient.send(body);
        assertThat(patient.response()).startsWith("HTTP/1.1 200 ");
      }
      assertThat(gateway.provider.heads()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"429 Too Many Requests, 0", "500 Internal Server Error, 1", "301 Moved, 0"})
  void errorsOfTheProviderKeepStatusAndBody(String status, int errors) throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      String body = "{\"error\":{\"message\":\"theirs\"}}";
      gateway.provider.script(
          json(status, "Location: http://elsewhere/\r\nRetry-After: 7\r\n", body));
      client.send(STREAM);
      assertThat(client.response())
          .startsWith("HTTP/1.1 " + status + "\r\n")
          .contains("Retry-After: 7\r\n")
          .endsWith("\r\n\r\n" + body);
      gateway.awaitSettled(1);
      assertThat(gateway.ledger("m/gpt/requests")).isEqualTo(1);
      assertThat(gateway.ledger("p/mock/errors")).isEqualTo(errors);
      assertThat(gateway.ledger("m/gpt/input")).isZero();
      assertThat(gateway.endings).containsOnly(CallEnding.PROVIDER_ERROR);
      assertThat(gateway.providers.health().getFirst().failures()).isEqualTo(errors);
      assertThat(gateway.providers.health().getFirst().rateLimited())
          .isEqualTo(status.startsWith("429"));
    }
  }

  @Test
  void withoutUsageTheTextIsCountedAsEstimated() throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.provider.script(
          call ->
              call.readBody() && call.say(SSE) && call.chunk(TEXT + DONE) && call.say("0\r\n\r\n"));
      client.send(
          chat(
              "{\"model\":\"gpt\",\"stream\":true,"
                  + "\"messages\":[{\"role\":\"user\",\"content\":\"12345678\"}]}"));
      client.head();
      events(client);
      gateway.awaitSettled(1);
      assertThat(gateway.ledger("m/gpt/output")).isEqualTo(2);
      assertThat(gateway.ledger("m/gpt/input")).isPositive();
      assertThat(gateway.ledger("m/gpt/estimated"))
          .isEqualTo(gateway.ledger("m/gpt/input") + gateway.ledger("m/gpt/output"));
    }
  }

  @Test
  void usedUpLimitsAndQuotasAreToldApart() throws Exception {
    try (TestGateway gateway = new TestGateway()) {
      gateway.serving(
          gateway.route(
              List.of(Snapshots.limit("calls", 2)),
              List.of(Snapshots.plan("plan", Snapshots.quota("tokens", Unit.TOKENS, 10)))));
      gateway.provider.script(STREAMS);
      try (RawClient client = gateway.client()) {
        client.send(STREAM);
        client.head();
        events(client);
        gateway.awaitSettled(1);
        client.send(STREAM);
        assertThat(client.response())
            .startsWith("HTTP/1.1 429 ")
            .contains("\"code\":\"insufficient_quota\"", "x-should-retry: false\r\n");
        gateway.serving(gateway.route(Snapshots.limit("calls", 1)));
        client.send(STREAM);
        assertThat(client.response())
            .startsWith("HTTP/1.1 429 ")
            .contains("\"code\":\"rate_limit_exceeded\"")
            .containsIgnoringCase("retry-after: ")
            .containsIgnoringCase("retry-after-ms: ");
        gateway.store.mode(Mode.FAILING);
        client.send(STREAM);
        assertThat(client.response()).startsWith("HTTP/1.1 503 ").contains("server_error");
      }
      assertThat(gateway.provider.heads()).hasSize(1);
      assertThat(gateway.store.settled()).hasSize(1);
    }
  }

  @Test
  void clientThatLeavesBeforeTheDecisionOwesNothing() throws Exception {
    try (TestGateway gateway = new TestGateway()) {
      gateway.serving(gateway.route(Snapshots.limit("calls", 2)));
      gateway.store.mode(Mode.PENDING);
      try (RawClient client = gateway.client()) {
        client.send(STREAM);
        Awaitility.await().until(() -> gateway.store.waiting() == 1);
      }
      gateway.awaitEnding(CallEnding.CLIENT_GONE);
      gateway.store.release();
      Awaitility.await().until(() -> gateway.store.used("calls", "") == 1);
      assertThat(gateway.provider.heads()).isEmpty();
      assertThat(gateway.store.settled()).isEmpty();
    }
  }

  @Test
  void http10ClientsGetStreamsUntilTheEnd() throws Exception {
    try (TestGateway gateway = new TestGateway().serving();
        RawClient client = gateway.client()) {
      gateway.provider.script(STREAMS);
      client.send(STREAM.replace("HTTP/1.1\r\n", "HTTP/1.0\r\n"));
      assertThat(client.rest())
          .startsWith("HTTP/1.1 200 OK\r\n")
          .doesNotContain("chunked")
          .endsWith("\r\n\r\n" + TEXT + DONE);
    }
  }

  @Test
  void twoHundredStreamsOnOneLoopAllEnd() throws Exception {
    int streams = 200;
    CountDownLatch all = new CountDownLatch(streams);
    try (TestGateway gateway = new TestGateway().serving();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      gateway.provider.script(
          call -> {
            call.readBody();
            call.say(SSE);
            // None goes on before all have begun.
            all.countDown();
            all.await(60, TimeUnit.SECONDS);
            for (int i = 0; i < 20; i++) {
              call.chunk(TEXT);
            }
            return call.chunk(USAGE + DONE) && call.say("0\r\n\r\n");
          });
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        answers.add(
            clients.submit(
                () -> {
                  try (RawClient client = gateway.client()) {
                    client.send(STREAM);
                    client.head();
                    return events(client);
                  }
                }));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(TEXT.repeat(20) + DONE);
      }
      gateway.awaitSettled(streams);
      assertThat(gateway.ledger("m/gpt/output")).isEqualTo(5L * streams);
    }
  }

  /** One chunk as it was sent. */
  static String chunk(RawClient client) throws Exception {
    StringBuilder size = new StringBuilder();
    while (size.indexOf("\r\n") < 0) {
      String one = client.read(1);
      if (one.isEmpty()) {
        return "<broken off>";
      }
      size.append(one);
    }
    String text = client.read(Integer.parseInt(size.toString().strip(), 16));
    client.read(2);
    return text;
  }

  /** All chunks to the last. */
  static String events(RawClient client) throws Exception {
    StringBuilder all = new StringBuilder();
    while (true) {
      String text = chunk(client);
      if (text.isEmpty()) {
        return all.toString();
      }
      all.append(text);
      if (text.equals("<broken off>")) {
        return all.toString();
      }
    }
  }
}
