package dev.weir.operator.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The sidecar's end of the stream, by the JDK's client. */
final class TestSidecar implements WebSocket.Listener, AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder partial = new StringBuilder();
  private @Nullable WebSocket socket;

  static TestSidecar connect(URI uri, String token) {
    return connect(HttpClient.newHttpClient(), uri, token);
  }

  static TestSidecar connect(HttpClient client, URI uri, String token) {
    TestSidecar sidecar = new TestSidecar();
    WebSocket.Builder builder = client.newWebSocketBuilder();
    if (!token.isEmpty()) {
      builder.header("Authorization", "Bearer " + token);
    }
    sidecar.socket = builder.buildAsync(uri, sidecar).join();
    return sidecar;
  }

  void hello() {
    send("{\"type\":\"hello\",\"protocol\":1,\"incarnation\":\"i1\",\"version\":\"0.1\"}");
  }

  void ack(JsonNode update) {
    send(
        "{\"type\":\"ack\",\"revision\":\"%s\",\"nonce\":\"%s\"}"
            .formatted(update.path("revision").asText(), update.path("nonce").asText()));
  }

  void nack(JsonNode update, String error) {
    send(
        "{\"type\":\"nack\",\"revision\":\"%s\",\"nonce\":\"%s\",\"error\":\"%s\"}"
            .formatted(update.path("revision").asText(), update.path("nonce").asText(), error));
  }

  void send(String text) {
    Objects.requireNonNull(socket).sendText(text, true).join();
  }

  JsonNode next() throws Exception {
    String text = frames.poll(30, TimeUnit.SECONDS);
    if (text == null) {
      throw new AssertionError("no frame in 30 s");
    }
    return JSON.readTree(text);
  }

  int closeCode() throws Exception {
    return closed.get(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    var _ = Objects.requireNonNull(socket).sendClose(WebSocket.NORMAL_CLOSURE, "");
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      frames.add(partial.toString());
      partial.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.completeExceptionally(error);
  }
}
