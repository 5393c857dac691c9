package dev.weir.e2e.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.e2e.harness.Shell;
import dev.weir.protocol.FromOperator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * The sidecar with its image's options, which believes that it was restarted with this snapshot.
 */
final class SidecarProcess implements AutoCloseable {
  /** The image's options, but where its native libraries are. */
  private static final Pattern OPTION =
      Pattern.compile("<arg>(-(?!cp<|Djava[.]library[.]path)[^<]+)</arg>");

  private final Process process;

  /** Started and ready. */
  SidecarProcess(FromOperator.Update update, String ca) throws IOException {
    Path state = Files.createTempDirectory("weir-bench");
    Path snapshot = state.resolve("snapshot.json");
    new ObjectMapper().writerFor(FromOperator.class).writeValue(snapshot.toFile(), update);
    int admin = freePort();
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    String pom = Files.readString(Shell.ROOT.resolve("sidecar-proxy/proxy/pom.xml"));
    OPTION.matcher(pom).results().map(option -> option.group(1)).forEach(command::add);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "dev.weir.proxy.boot.Main"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "WEIR_LISTEN_PORT",
                "" + freePort(),
                "WEIR_APP_PORT",
                "1",
                "WEIR_ADMIN_PORT",
                "" + admin,
                "WEIR_CONFIG_URL",
                "wss://localhost:1/v1/config",
                "WEIR_CA",
                ca,
                "WEIR_TOKEN_FILE",
                snapshot.toString(),
                "WEIR_STATE_DIR",
                state.toString(),
                "WEIR_POD_NAME",
                "bench",
                "WEIR_NAMESPACE",
                "bench",
                "WEIR_DRAIN_TOKEN",
                "bench"));
    Path log = state.resolve("log");
    process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Awaitility.await("the sidecar is ready, log in " + log)
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(() -> status(admin) == 200);
  }

  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket()) {
      free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return free.getLocalPort();
    }
  }

  private static int status(int admin) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + admin + "/readyz");
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
