package dev.weir.e2e.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** A mock of OpenAI as a process on this machine, with the fixtures of the suites. */
public final class Aimock implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PACKAGES = "examples/quickstart/lib/npm-packages";
  private static final Duration INSTALL = Duration.ofMinutes(5);

  private final String address;
  private final int port;
  private final String key;
  private final Process process;

  private Aimock(String address, int port, String key) throws IOException {
    this.address = address;
    this.port = port;
    this.key = key;
    Path log = Files.createTempFile("weir-aimock", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
            "node",
            packages("examples/quickstart/provider")
                + "/node_modules/@copilotkit/aimock/dist/cli.js",
            "--host",
            address,
            "--port",
            "" + port,
            "--fixtures",
            Shell.ROOT.resolve("e2e/src/test/resources/aimock.json").toString(),
            "--strict",
            "--journal-max",
            "0",
            "--log-level",
            "warn");
    builder.environment().put("AIMOCK_API_KEYS", key);
    process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Eventually.that("aimock answers, log in " + log, () -> get("/health").statusCode() == 200);
  }

  /** Started and answering on this address, on a free port; it accepts this API key only. */
  public static Aimock start(String address, String key) {
    try {
      int port;
      try (ServerSocket free = new ServerSocket(0)) {
        port = free.getLocalPort();
      }
      return new Aimock(address, port, key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder with the packages that the lock file in this folder of the project pins. */
  public static String packages(String folder) {
    Shell.Result result = new Shell(Map.of()).attempt("", INSTALL, PACKAGES, folder);
    if (result.exit() != 0) {
      throw new IllegalStateException(result.all());
    }
    return result.out().strip();
  }

  /** What leads pods here, as Service {@code aimock}. */
  public String service() {
    return HostService.yaml("aimock", address, port);
  }

  /** Its port, of the process and of the Service. */
  public int port() {
    return port;
  }

  /** A request as it arrived: header names in lower case, keys blackened. */
  public record Call(Map<String, String> headers, String body, int status) {}

  /** Chat completions that arrived so far, in order. */
  public List<Call> calls() {
    try {
      JsonNode journal = JSON.readTree(get("/__aimock/journal").body());
      return StreamSupport.stream(journal.spliterator(), false)
          .filter(call -> call.path("path").asText().equals("/v1/chat/completions"))
          .map(Aimock::call)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Call call(JsonNode entry) {
    return new Call(
        JSON.convertValue(
            entry.path("headers"),
            JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class)),
        entry.path("body").toString(),
        entry.path("response").path("status").asInt());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + address + ":" + port + path))
              .header("authorization", "Bearer " + key)
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
