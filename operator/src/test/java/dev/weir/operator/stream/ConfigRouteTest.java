package dev.weir.operator.stream;

import static dev.weir.operator.stream.Fixtures.API;
import static dev.weir.operator.stream.Fixtures.compiled;
import static dev.weir.operator.stream.Fixtures.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.operator.world.PodRef;
import dev.weir.operator.world.WorkloadRef;
import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real WebSocket client; only the token review is made up. */
class ConfigRouteTest {

  private static final PodRef POD = new PodRef("shop", "api-1", "uid-1");

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private Optional<String> leader = Optional.empty();
  private Optional<WorkloadRef> workload = Optional.of(API);
  private ConfigServer server;
  private Javalin javalin;

  @BeforeEach
  void start() {
    server =
        new ConfigServer(
            pod -> pod.equals(POD) ? workload : Optional.empty(),
            "CA",
            Clock.systemUTC(),
            Duration.ofSeconds(60),
            executor);
    Callers callers =
        token ->
            switch (token) {
              case "good" -> new Caller.Known(POD, Instant.now().plusSeconds(600));
              case "unbound" -> new Caller.Refused(403, "not bound");
              case "down" -> new Caller.Unknown("API server away");
              default -> new Caller.Refused(401, "bad token");
            };
    ConfigRoute route = new ConfigRoute(server, callers, () -> leader);
    javalin =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.concurrency.useVirtualThreads = true;
              route.addTo(config.routes);
            });
    javalin.start(0);
    server.lead(true);
  }

  @AfterEach
  void stop() {
    javalin.stop();
    executor.shutdownNow();
  }

  @Test
  void snapshotAckPush() throws Exception {
    server.publish(only(compiled("r1")));
    try (TestSidecar sidecar = TestSidecar.connect(uri(), "good")) {
      sidecar.hello();
      JsonNode first = sidecar.next();
      assertThat(first.path("type").asText()).isEqualTo("snapshot");
      assertThat(first.path("revision").asText()).isEqualTo("r1");
      assertThat(first.path("ca").asText()).isEqualTo("CA");
      sidecar.ack(first);
      await().until(() -> "r1".equals(sidecar().acked()));

      server.publish(only(compiled("r2")));
      JsonNode second = sidecar.next();
      assertThat(second.path("revision").asText()).isEqualTo("r2");
      sidecar.nack(second, "can't");
      await().until(() -> "can't".equals(sidecar().refusal()));
      assertThat(sidecar().acked()).isEqualTo("r1");
    }
    await().until(() -> server.connected().isEmpty());
  }

  @Test
  void aFlowOfChangesEndsWithTheNewest() throws Exception {
    try (TestSidecar sidecar = TestSidecar.connect(uri(), "good")) {
      sidecar.hello();
      for (int i = 1; i <= 500; i++) {
        server.publish(only(compiled("r" + i)));
      }
      JsonNode last = sidecar.next();
      while (!last.path("revision").asText().equals("r500")) {
        last = sidecar.next();
      }
      assertThat(last.path("revision").asText()).isEqualTo("r500");
    }
  }

  @Test
  void aSecondConnectionReplacesTheFirst() throws Exception {
    TestSidecar first = TestSidecar.connect(uri(), "good");
    first.hello();
    try (TestSidecar second = TestSidecar.connect(uri(), "good")) {
      second.hello();
      assertThat(first.closeCode()).isEqualTo(4409);
      await().until(() -> server.connected().containsKey(POD));
    }
  }

  @Test
  void aGonePodIsClosed() throws Exception {
    TestSidecar sidecar = TestSidecar.connect(uri(), "good");
    sidecar.hello();
    await().until(() -> server.connected().containsKey(POD));
    workload = Optional.empty();
    server.sweep();
    assertThat(sidecar.closeCode()).isEqualTo(4404);
    await().until(() -> server.connected().isEmpty());
    assertThat(TestSidecar.connect(uri(), "good").closeCode()).isEqualTo(4404);
  }

  @Test
  void losingLeadershipClosesAll() throws Exception {
    TestSidecar sidecar = TestSidecar.connect(uri(), "good");
    sidecar.hello();
    server.lead(false);
    assertThat(sidecar.closeCode()).isEqualTo(1001);
  }

  @Test
  void nonsenseIsClosed() throws Exception {
    TestSidecar sidecar = TestSidecar.connect(uri(), "good");
    sidecar.send("nonsense");
    assertThat(sidecar.closeCode()).isEqualTo(1002);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"bad, 401", "unbound, 403", "down, 503", "'', 401"})
  void theTokenDecides(String token, int status) {
    assertThat(refused(token).statusCode()).isEqualTo(status);
    assertThat(server.connected()).isEqualTo(Map.of());
  }

  @Test
  void aFollowerNamesTheLeader() {
    server.lead(false);
    assertThat(refused("good").statusCode()).isEqualTo(503);
    leader = Optional.of("10.0.0.7:9443");
    HttpResponse<?> response = refused("good");
    assertThat(response.statusCode()).isEqualTo(421);
    assertThat(response.headers().firstValue("Weir-Leader")).contains("10.0.0.7:9443");
  }

  private HttpResponse<?> refused(String token) {
    try {
      TestSidecar.connect(HttpClient.newHttpClient(), uri(), token).close();
      throw new AssertionError("connected");
    } catch (CompletionException e) {
      return Objects.requireNonNull((WebSocketHandshakeException) e.getCause()).getResponse();
    }
  }

  private Sidecar sidecar() {
    return Objects.requireNonNull(server.connected().get(POD));
  }

  private URI uri() {
    return URI.create("ws://127.0.0.1:" + javalin.port() + "/v1/config");
  }
}
