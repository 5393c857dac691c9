package dev.weir.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "GET  | /          | {\"method\":\"GET\",\"path\":\"/\",\"pod\":\"pod-1\",\"bytes\":0}",
        "POST | /a/b%22?x= | {\"method\":\"POST\",\"path\":\"/a/b\\\"\",\"pod\":\"pod-1\","
            + "\"bytes\":4}",
        "GET  | /slow?ms=1 | {\"method\":\"GET\",\"path\":\"/slow\",\"pod\":\"pod-1\",\"bytes\":0}",
        "GET  | /healthz   | ok",
        "HEAD | /          | ``",
      })
  void serves(String method, String path, String body) throws Exception {
    try (Server server = new Server(ANY, "pod-1", null);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                  .method(
                      method,
                      method.equals("POST")
                          ? HttpRequest.BodyPublishers.ofString("four")
                          : HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body().strip()).isEqualTo(body);
    }
  }

  @Test
  void countsWhatEachSeriesWasAnswered() throws Exception {
    Map<String, Integer> seen = new ConcurrentHashMap<>();
    HttpServer limiter = HttpServer.create(ANY, 0);
    limiter.createContext(
        "/",
        exchange -> {
          String user = exchange.getRequestHeaders().getFirst("X-User");
          boolean limited = seen.merge(user, 1, Integer::sum) > 10;
          exchange.getResponseHeaders().set("X-Common", exchange.getRequestHeaders().getFirst("A"));
          byte[] body = "{\"no\":1}".getBytes(UTF_8);
          exchange.sendResponseHeaders(limited ? 429 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    limiter.start();
    List<String> lines = new ArrayList<>();
    String url = "http://127.0.0.1:" + limiter.getAddress().getPort() + "/x";
    Traffic.send(
        Plan.parse(
            List.of(
                "--url",
                url,
                "--requests",
                "25",
                "--connections",
                "3",
                "--header",
                "A: b",
                "--series",
                "alice",
                "--header",
                "X-User: alice",
                "--series",
                "bob",
                "--header",
                "X-User:bob")),
        lines::add);
    limiter.stop(0);

    assertThat(seen).containsOnly(Map.entry("alice", 25), Map.entry("bob", 25));
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .startsWith(
            "{\"series\":\"alice\",\"asked\":25,\"admitted\":10,\"limited\":15,\"other\":0,"
                + "\"statuses\":{\"200\":10,\"429\":15},\"limitedSample\":{\"status\":429,"
                + "\"headers\":{")
        .contains("\"x-common\":\"b\"")
        .endsWith("\"body\":\"{\\\"no\\\":1}\"}}");
    assertThat(lines.getLast()).startsWith("{\"series\":\"bob\",\"asked\":25,\"admitted\":10");
  }

  @Test
  void asksItsLlmWithTheCallersKeyAndAddsUpWhatItSays() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer llm = HttpServer.create(ANY, 0);
    llm.createContext(
        "/v1/chat/completions",
        exchange -> {
          String key = exchange.getRequestHeaders().getFirst("Authorization");
          asked.add(key + " " + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          boolean limited = asked.size() > 3;
          byte[] body = "{\"usage\": {\"total_tokens\": 20}}".getBytes(UTF_8);
          exchange.sendResponseHeaders(limited ? 429 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    llm.start();
    List<String> lines = new ArrayList<>();
    try (Server server =
        new Server(
            ANY,
            "pod-1",
            new Assistant("http://127.0.0.1:" + llm.getAddress().getPort() + "/v1"))) {
      Traffic.send(
          Plan.parse(
              List.of(
                  "--url",
                  "http://127.0.0.1:" + server.port() + "/ask?q=Why%20%22so%22%3F",
                  "--requests",
                  "5",
                  "--connections",
                  "1",
                  "--sum",
                  "total_tokens",
                  "--header",
                  "x-api-key: mine")),
          lines::add);
    } finally {
      llm.stop(0);
    }

    assertThat(asked)
        .hasSize(5)
        .containsOnly(
            "Bearer mine {\"model\":\"gpt-4o\","
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Why \\\"so\\\"?\"}]}");
    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("{\"series\":\"all\",\"asked\":5,\"admitted\":3,\"limited\":2,\"other\":0,")
        .contains("\"sum\":60");
  }

  @Test
  void countsWhatWasNotAnswered() {
    List<String> lines = new ArrayList<>();
    Traffic.send(
        Plan.parse(List.of("--url", "http://127.0.0.1:1/", "--requests", "3")), lines::add);

    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("{\"series\":\"all\",\"asked\":3,\"admitted\":0,\"limited\":0,\"other\":3,")
        .contains("\"statuses\":{\"0\":3}", "ConnectException");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--requests 5                 | --url is missing",
        "--url                        | --url is unknown or lacks its value",
        "--url ftp://x/               | must be http://host[:port]/path",
        "--url http://x/ --requests 0 | --requests 0 must be a number above 0",
        "--url http://x/ --requests x | --requests x must be a number above 0",
        "--url http://x/ --header no  | must look like 'Name: value'",
        "--url http://x/ --wat 1      | --wat is unknown",
      })
  void saysWhichArgumentIsWrong(String arguments, String message) {
    assertThatThrownBy(() -> Plan.parse(List.of(arguments.strip().split(" +"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
