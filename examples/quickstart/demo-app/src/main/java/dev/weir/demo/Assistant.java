package dev.weir.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Asks an LLM, as an application does with OpenAI's SDK: a base URL and a key are all it knows.
 * Thread-safe.
 */
final class Assistant implements AutoCloseable {
  private static final String MODEL = "gpt-4o";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final URI completions;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * An assistant that asks there.
   *
   * @param baseUrl what SDKs read from OPENAI_BASE_URL, for example {@code
   *     http://127.0.0.1:15080/v1}
   * @throws IllegalArgumentException if that is not a URL
   */
  Assistant(String baseUrl) {
    completions = URI.create(baseUrl + "/chat/completions");
  }

  /** The LLM's answer, whatever its status; the key says on whose behalf it is asked. */
  HttpResponse<String> ask(String question, String key) throws IOException, InterruptedException {
    String body =
        "{\"model\":\"%s\",\"messages\":[%s]}"
            .formatted(MODEL, new Json().text("role", "user").text("content", question));
    return client.send(
        HttpRequest.newBuilder(completions)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    client.close();
  }
}
