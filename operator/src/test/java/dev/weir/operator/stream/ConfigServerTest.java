package dev.weir.operator.stream;

import static dev.weir.operator.stream.Fixtures.API;
import static dev.weir.operator.stream.Fixtures.compiled;
import static dev.weir.operator.stream.Fixtures.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.operator.world.PodRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.FromOperator.Update;
import dev.weir.protocol.FromSidecar;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigServerTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final PodRef POD = new PodRef("shop", "api-1", "uid-1");
  private static final String HELLO =
      "{\"type\":\"hello\",\"protocol\":1,\"incarnation\":\"i1\",\"version\":\"0.1\"}";

  private Instant now = START;
  private final Map<PodRef, WorkloadRef> pods = new HashMap<>(Map.of(POD, API));
  private final List<PodRef> changes = new ArrayList<>();
  private final FakeWire wire = new FakeWire();
  private ConfigServer server;

  @BeforeEach
  void serve() {
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now;
          }
        };
    server =
        new ConfigServer(
            pod -> Optional.ofNullable(pods.get(pod)),
            "CA1",
            clock,
            Duration.ofSeconds(5),
            Runnable::run);
    server.lead(true);
    server.onChange(changes::add);
  }

  @Test
  void nothingIsSentBeforeTheHello() {
    server.publish(only(compiled("r1")));
    Connection connection = connect(wire);
    assertThat(wire.sent).isEmpty();
    assertThat(server.connected()).isEmpty();

    server.heard(connection, HELLO);

    assertThat(wire.revisions()).containsExactly("r1");
    assertThat(wire.last().ca()).isEqualTo("CA1");
    assertThat(sidecar().incarnation()).isEqualTo("i1");
    assertThat(changes).containsExactly(POD);
  }

  @Test
  void whatIsPublishedLaterIsPushed() {
    greet(wire);
    assertThat(wire.sent).isEmpty();
    server.publish(only(compiled("r1")));
    assertThat(wire.revisions()).containsExactly("r1");
  }

  @Test
  void theSameIsNotSentTwice() {
    greet(wire);
    server.publish(only(compiled("r1")));
    wire.taken();
    server.publish(only(compiled("r1")));
    assertThat(wire.revisions()).containsExactly("r1");
  }

  @Test
  void aChangedSecretOrCaIsSentUnderTheSameRevisionWithAFreshNonce() {
    greet(wire);
    server.publish(only(compiled("r1")));
    wire.taken();
    server.publish(only(compiled("r1", Map.of("ab", "alice"))));
    wire.taken();
    server.trust("CA1CA2");
    assertThat(wire.revisions()).containsExactly("r1", "r1", "r1");
    assertThat(wire.sent.stream().map(Update::nonce)).doesNotHaveDuplicates();
    assertThat(wire.last().secrets().apiKeys()).containsEntry("ab", "alice");
    assertThat(wire.last().ca()).isEqualTo("CA1CA2");
  }

  @Test
  void aSlowSidecarGetsOnlyTheNewest() {
    greet(wire);
    for (int i = 1; i <= 100; i++) {
      server.publish(only(compiled("r" + i)));
    }
    assertThat(wire.revisions()).containsExactly("r1");
    wire.taken();
    assertThat(wire.revisions()).containsExactly("r1", "r100");
  }

  @Test
  void whatWentBackMeanwhileIsNotSentAgain() {
    greet(wire);
    server.publish(only(compiled("r1")));
    server.publish(only(compiled("r2")));
    server.publish(only(compiled("r1")));
    wire.taken();
    assertThat(wire.revisions()).containsExactly("r1");
  }

  @Test
  void anAcknowledgementCountsForWhatWasSent() {
    greet(wire);
    server.publish(only(compiled("r1")));
    Connection connection = connection(wire);
    server.heard(connection, ack("r1", "never sent"));
    server.heard(connection, ack("r7", wire.last().nonce()));
    assertThat(sidecar().acked()).isNull();

    server.heard(connection, ack("r1", wire.last().nonce()));
    assertThat(sidecar().acked()).isEqualTo("r1");
  }

  @Test
  void aRefusalLeavesTheRevisionBeforeInForceUntilTheNextIsAcknowledged() {
    Connection connection = greet(wire);
    server.publish(only(compiled("r1")));
    wire.taken();
    server.heard(connection, ack("r1", wire.last().nonce()));
    server.publish(only(compiled("r2")));
    wire.taken();
    server.heard(
        connection,
        "{\"type\":\"nack\",\"revision\":\"r2\",\"nonce\":\"%s\",\"error\":\"no disk\"}"
            .formatted(wire.last().nonce()));
    assertThat(sidecar().acked()).isEqualTo("r1");
    assertThat(sidecar().refusal()).isEqualTo("no disk");

    server.publish(only(compiled("r3")));
    wire.taken();
    server.heard(connection, ack("r3", wire.last().nonce()));
    assertThat(sidecar().acked()).isEqualTo("r3");
    assertThat(sidecar().refusal()).isNull();
  }

  @Test
  void aReportIsKept() {
    Connection connection = greet(wire);
    now = START.plusSeconds(7);
    server.heard(
        connection,
        """
        {"type":"report","store":{"shared":true,"available":false,"error":"timeout"},
         "limits":[{"policy":"RateLimitPolicy/api","limit":"l","allowed":3,"limited":1}]}
        """);
    assertThat(sidecar().lastHeard()).isEqualTo(now);
    assertThat(sidecar().counts()).singleElement().extracting("allowed").isEqualTo(3L);
    assertThat(sidecar().store()).isNotNull().extracting("available").isEqualTo(false);
    // As sidecars say it that know no routes.
    assertThat(sidecar().providers()).isEmpty();
  }

  @Test
  void whatASidecarKnowsOfProvidersIsKeptUntilItsNextReport() {
    Connection connection = greet(wire);
    String report =
        """
        {"type":"report","store":{"shared":true,"available":true},"limits":[],
         "providers":[{"route":"chat","provider":"openai","failures":%d,"rateLimited":false,
                       "error":"refused","p95Millis":12}]}
        """;
    server.heard(connection, report.formatted(3));
    server.heard(connection, ack("r", "1"));
    assertThat(sidecar().providers())
        .containsExactly(new FromSidecar.ProviderHealth("chat", "openai", 3, false, "refused", 12));
    server.heard(connection, report.formatted(4));
    assertThat(sidecar().providers()).extracting("failures").containsExactly(4L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "[]",
        "{\"type\":\"report\"",
        "{\"type\":\"nonsense\"}",
        "{\"type\":\"ack\",\"revision\":\"r\",\"nonce\":\"1\"}"
      })
  void aFirstFrameThatIsNoHelloEndsTheConnection(String text) {
    Connection connection = connect(wire);
    server.heard(connection, text);
    assertThat(wire.closed).containsExactly(CloseCode.PROTOCOL_ERROR);
  }

  @Test
  void aSecondHelloEndsTheConnection() {
    server.heard(greet(wire), HELLO);
    assertThat(wire.closed).containsExactly(CloseCode.PROTOCOL_ERROR);
  }

  @Test
  void membersOfNewerSidecarsAreIgnored() {
    server.heard(
        connect(wire),
        "{\"type\":\"hello\",\"protocol\":2,\"incarnation\":\"i\",\"version\":\"9\",\"x\":[1]}");
    assertThat(wire.closed).isEmpty();
    assertThat(sidecar().version()).isEqualTo("9");
  }

  @Test
  void aSecondConnectionOfThePodReplacesTheFirst() {
    server.publish(only(compiled("r1")));
    Connection first = greet(wire);
    FakeWire other = new FakeWire();
    Connection second = greet(other);
    assertThat(wire.closed).containsExactly(CloseCode.REPLACED);
    server.gone(first);
    assertThat(server.connected()).containsKey(POD);
    assertThat(other.revisions()).containsExactly("r1");
    server.gone(second);
    assertThat(server.connected()).isEmpty();
  }

  @Test
  void anUnknownPodIsTurnedAway() {
    pods.clear();
    assertThat(server.connect(new Caller.Known(POD, Instant.MAX), wire)).isEmpty();
    assertThat(wire.closed).containsExactly(CloseCode.POD_UNKNOWN);
  }

  @Test
  void sweepingEndsExpiredTokens() {
    greet(wire);
    now = START.plus(Duration.ofHours(1)).minusMillis(1);
    connection(wire).heard(new FromSidecar.Ack("", ""), now);
    server.sweep();
    assertThat(wire.closed).isEmpty();
    now = START.plus(Duration.ofHours(1));
    server.sweep();
    assertThat(wire.closed).containsExactly(CloseCode.TOKEN_EXPIRED);
  }

  @Test
  void sweepingEndsConnectionsOfGonePods() {
    greet(wire);
    pods.clear();
    server.sweep();
    assertThat(wire.closed).containsExactly(CloseCode.POD_UNKNOWN);
  }

  @Test
  void sweepingEndsSilentConnections() {
    connect(wire);
    now = START.plusSeconds(20);
    server.sweep();
    assertThat(wire.closed).isEmpty();
    now = START.plusSeconds(21);
    server.sweep();
    assertThat(wire.closed).containsExactly(CloseCode.SILENT);
  }

  @Test
  void losingLeadershipEndsAll() {
    greet(wire);
    server.lead(false);
    assertThat(wire.closed).containsExactly(CloseCode.GOING_AWAY);
    FakeWire late = new FakeWire();
    connect(late);
    assertThat(late.closed).containsExactly(CloseCode.GOING_AWAY);
  }

  @Test
  void aFrameThatCannotBeSentEndsTheConnection() {
    greet(wire);
    server.publish(only(compiled("r1")));
    wire.failed();
    assertThat(wire.closed).containsExactly(CloseCode.FAILED);
  }

  private final Map<FakeWire, Connection> made = new HashMap<>();

  private Connection connect(FakeWire on) {
    Connection connection =
        server.connect(new Caller.Known(POD, START.plus(Duration.ofHours(1))), on).orElseThrow();
    made.put(on, connection);
    return connection;
  }

  private Connection greet(FakeWire on) {
    Connection connection = connect(on);
    server.heard(connection, HELLO);
    return connection;
  }

  private Connection connection(FakeWire on) {
    return Objects.requireNonNull(made.get(on));
  }

  private Sidecar sidecar() {
    return Objects.requireNonNull(server.connected().get(POD));
  }

  private static String ack(String revision, String nonce) {
    return "{\"type\":\"ack\",\"revision\":\"%s\",\"nonce\":\"%s\"}".formatted(revision, nonce);
  }
}
