package dev.weir.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers requests with what it saw of them, and questions with what its LLM says. */
final class Server implements AutoCloseable {
  private static final Pattern MILLIS = Pattern.compile("(?:^|&)ms=(\\d{1,6})(?:&|$)");
  private static final Pattern QUESTION = Pattern.compile("(?:^|&)q=([^&]*)");
  private static final int GRACE_SECONDS = 5;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String pod;
  private final @Nullable Assistant assistant;

  /**
   * Listens at once.
   *
   * @param assistant answers {@code /ask}; null when there is none
   */
  Server(InetSocketAddress address, String pod, @Nullable Assistant assistant) throws IOException {
    this.pod = pod;
    this.assistant = assistant;
    server = HttpServer.create(address, 128);
    server.setExecutor(threads);
    server.createContext("/", this::echo);
    server.createContext("/healthz", exchange -> answer(exchange, 200, "text/plain", "ok\n"));
    server.createContext("/slow", this::slow);
    server.createContext("/ask", this::ask);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Lets running requests end. */
  @Override
  public void close() {
    server.stop(GRACE_SECONDS);
    threads.close();
    if (assistant != null) {
      assistant.close();
    }
  }

  private void slow(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    Matcher millis = MILLIS.matcher(query == null ? "" : query);
    try {
      Thread.sleep(millis.find() ? Long.parseLong(millis.group(1)) : 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    echo(exchange);
  }

  private void echo(HttpExchange exchange) throws IOException {
    long bytes = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    String json =
        new Json()
            .text("method", exchange.getRequestMethod())
            .text("path", exchange.getRequestURI().getPath())
            .text("pod", pod)
            .number("bytes", bytes)
            .toString();
    answer(exchange, 200, "application/json", json + "\n");
  }

  /** With the key of whoever asks, so that the tokens are charged to the right customer. */
  private void ask(HttpExchange exchange) throws IOException {
    if (assistant == null) {
      answer(exchange, 503, "text/plain", "OPENAI_BASE_URL is not set\n");
      return;
    }
    String query = exchange.getRequestURI().getRawQuery();
    Matcher question = QUESTION.matcher(query == null ? "" : query);
    String key = exchange.getRequestHeaders().getFirst("x-api-key");
    try {
      HttpResponse<String> response =
          assistant.ask(
              question.find() ? URLDecoder.decode(question.group(1), StandardCharsets.UTF_8) : "",
              key == null ? "" : key);
      String type = response.headers().firstValue("content-type").orElse("text/plain");
      answer(exchange, response.statusCode(), type, response.body());
    } catch (IOException e) {
      answer(exchange, 502, "text/plain", "The LLM was not reached: " + e + "\n");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.close();
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    try (exchange) {
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }
}
