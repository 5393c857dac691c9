package dev.weir.e2e.harness;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Chat completions without an SDK, so that a client can also behave badly. Each call has a
 * connection of its own.
 */
public final class Chat {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final URI uri;
  private final String key;

  /**
   * Calls to there.
   *
   * @param baseUrl for example {@code http://10.244.0.7:15080/v1}
   */
  public Chat(String baseUrl, String key) {
    this.uri = URI.create(baseUrl + "/chat/completions");
    this.key = key;
  }

  /** How the answer is asked for. */
  public enum Mode {
    PLAIN(""),
    STREAM(",\"stream\":true"),
    STREAM_USAGE(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"),
    STREAM_NO_USAGE(",\"stream\":true,\"stream_options\":{\"include_usage\":false}");

    private final String members;

    Mode(String members) {
      this.members = members;
    }
  }

  /** The whole answer. */
  public HttpResponse<String> ask(Mode mode, String text) throws IOException, InterruptedException {
    try (HttpClient client = client()) {
      return client.send(request(mode, text), HttpResponse.BodyHandlers.ofString());
    }
  }

  /** Hangs up after so many bytes of the answer's body; always true. */
  public boolean hangUpAfter(Mode mode, String text, int bytes)
      throws IOException, InterruptedException {
    try (HttpClient client = client()) {
      HttpResponse<InputStream> response =
          client.send(request(mode, text), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        body.readNBytes(bytes);
      }
      client.shutdownNow();
      return true;
    }
  }

  /** Hangs up after this time, answer or not; always true. */
  public boolean hangUpAfter(Mode mode, String text, Duration time) throws InterruptedException {
    try (HttpClient client = client()) {
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(request(mode, text), HttpResponse.BodyHandlers.ofString());
      Thread.sleep(time);
      answer.cancel(true);
      client.shutdownNow();
      return true;
    }
  }

  private HttpRequest request(Mode mode, String text) {
    String body =
        "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]%s}"
            .formatted(text, mode.members);
    return HttpRequest.newBuilder(uri)
        .timeout(TIMEOUT)
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + key)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT)
        .build();
  }
}
