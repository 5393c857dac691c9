package dev.weir.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers every request with what it saw of it. */
final class Server implements AutoCloseable {
  private static final Pattern MILLIS = Pattern.compile("(?:^|&)ms=(\\d{1,6})(?:&|$)");
  private static final int GRACE_SECONDS = 5;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String pod;

  Server(InetSocketAddress address, String pod) throws IOException {
    this.pod = pod;
    server = HttpServer.create(address, 128);
    server.setExecutor(threads);
    server.createContext("/", this::echo);
    server.createContext("/healthz", exchange -> answer(exchange, "text/plain", "ok\n"));
    server.createContext("/slow", this::slow);
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
    answer(exchange, "application/json", json + "\n");
  }

  private static void answer(HttpExchange exchange, String type, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, head ? -1 : body.length);
    try (exchange) {
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }
}
