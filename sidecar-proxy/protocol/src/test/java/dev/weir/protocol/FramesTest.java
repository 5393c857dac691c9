package dev.weir.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.protocol.FromSidecar.LimitCount;
import dev.weir.protocol.FromSidecar.ProviderHealth;
import dev.weir.protocol.FromSidecar.StoreHealth;
import dev.weir.protocol.Snapshot.Algorithm;
import dev.weir.protocol.Snapshot.FailureAction;
import dev.weir.protocol.Snapshot.HeaderFormat;
import dev.weir.protocol.Snapshot.HeaderMatchType;
import dev.weir.protocol.Snapshot.KeySource;
import dev.weir.protocol.Snapshot.MissingKey;
import dev.weir.protocol.Snapshot.PathMatchType;
import dev.weir.protocol.Snapshot.Period;
import dev.weir.protocol.Snapshot.ProviderType;
import dev.weir.protocol.Snapshot.ResetFormat;
import dev.weir.protocol.Snapshot.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files under {@code frames/} are the contract with released versions: a change to one of them
 * is a change of the protocol.
 */
class FramesTest {

  /** Their members are data of the user, so that an unknown one is an entry. */
  private static final Set<String> MAPS = Set.of("apiKeys", "providerKeys", "tiers");

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  record Case(String file, Class<?> kind, Object frame) {
    @Override
    public String toString() {
      return file;
    }

    String text() throws IOException {
      try (@Nullable InputStream in = Case.class.getResourceAsStream("/frames/" + file)) {
        assertThat(in).as(file).isNotNull();
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  static Stream<Case> frames() {
    return Stream.of(
        new Case("snapshot.json", FromOperator.class, full()),
        new Case("snapshot-route.json", FromOperator.class, route()),
        new Case("snapshot-empty.json", FromOperator.class, empty()),
        new Case(
            "hello.json",
            FromSidecar.class,
            new FromSidecar.Hello(FromSidecar.PROTOCOL, "6c1f0d0e5b8a4f7f", "0.1.0")),
        new Case("ack.json", FromSidecar.class, new FromSidecar.Ack("4f2a9c", "7")),
        new Case(
            "nack.json",
            FromSidecar.class,
            new FromSidecar.Nack("4f2a9c", "7", "snapshot.policies[0]: not understood")),
        new Case(
            "report.json",
            FromSidecar.class,
            new FromSidecar.Report(
                new StoreHealth(true, false, "no answer within 50 ms"),
                List.of(
                    new LimitCount("RateLimitPolicy/api", "per-user", 300, 9007199254740993L),
                    new LimitCount("QuotaPlan/public", "gold/monthly", 0, 0),
                    new LimitCount("LlmRoute/chat", "settled", 12, 0)),
                List.of(
                    new ProviderHealth("chat", "openai", 0, true, null, 812),
                    new ProviderHealth("chat", "local", 3, false, "no answer within 20 s", 0)))));
  }

  @ParameterizedTest
  @MethodSource("frames")
  void isWrittenAsInTheFile(Case frame) throws IOException {
    String written =
        JSON.writerFor(frame.kind()).withDefaultPrettyPrinter().writeValueAsString(frame.frame());

    assertThat(written + "\n").isEqualTo(frame.text());
  }

  @ParameterizedTest
  @MethodSource("frames")
  void isReadAsWritten(Case frame) throws IOException {
    assertThat((Object) JSON.readValue(frame.text(), frame.kind())).isEqualTo(frame.frame());
  }

  @ParameterizedTest
  @MethodSource("frames")
  void isReadTheSameWithMembersOfANewerVersion(Case frame) throws IOException {
    JsonNode tree = JSON.readTree(frame.text());
    addUnknownMembers(tree, "");

    assertThat(tree.toString()).contains("fromTheFuture");
    assertThat((Object) JSON.readValue(tree.toString(), frame.kind())).isEqualTo(frame.frame());
  }

  @ParameterizedTest
  @MethodSource("frames")
  void isReadTheSameWithoutItsNulls(Case frame) throws IOException {
    JsonNode tree = JSON.readTree(frame.text());
    dropNulls(tree);

    assertThat((Object) JSON.readValue(tree.toString(), frame.kind())).isEqualTo(frame.frame());
  }

  private static void addUnknownMembers(JsonNode node, String name) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(member -> addUnknownMembers(member.getValue(), member.getKey()));
      if (!MAPS.contains(name)) {
        object.putObject("fromTheFuture").put("a", 1);
      }
    } else if (node instanceof ArrayNode array) {
      array.forEach(element -> addUnknownMembers(element, ""));
    }
  }

  private static void dropNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(member -> member.getValue().isNull());
    }
    node.forEach(FramesTest::dropNulls);
  }

  private static FromOperator empty() {
    return new FromOperator.Update(
        "0",
        "1",
        new Snapshot(
            "shop/DaemonSet/agent",
            "shop",
            1000,
            new Snapshot.StoreSettings(50),
            List.of(),
            List.of(),
            null,
            List.of(),
            List.of()),
        new Secrets(null, Map.of(), Map.of()),
        null);
  }

  private static FromOperator full() {
    Snapshot.Limit limit =
        new Snapshot.Limit(
            "per-user",
            new Snapshot.Match(
                List.of("GET", "POST"),
                List.of(
                    new Snapshot.PathMatch(PathMatchType.EXACT, "/login"),
                    new Snapshot.PathMatch(PathMatchType.PREFIX, "/v1")),
                List.of(
                    new Snapshot.HeaderMatch("x-tenant", HeaderMatchType.EXACT, "acme"),
                    new Snapshot.HeaderMatch("x-debug", HeaderMatchType.ABSENT, null))),
            List.of(
                new Snapshot.KeyPart(KeySource.HEADER, "x-user"),
                new Snapshot.KeyPart(KeySource.METHOD, null)),
            MissingKey.SHARED,
            Unit.REQUESTS,
            List.of(
                new Snapshot.Rate(
                    "r/api/per-user/FixedWindow/3600000/Deployment/api",
                    Algorithm.FIXED_WINDOW,
                    100,
                    3_600_000,
                    100),
                new Snapshot.Rate(
                    "r/api/per-user/TokenBucket/1000/Deployment/api",
                    Algorithm.TOKEN_BUCKET,
                    9007199254740993L,
                    1000,
                    20)),
            HeaderFormat.BOTH,
            ResetFormat.DELTA_SECONDS,
            FailureAction.ALLOW);
    Snapshot.Quota quota =
        new Snapshot.Quota(
            "monthly",
            "q/public/gold/monthly/Month",
            Unit.REQUESTS,
            1000,
            new Snapshot.Window(Period.MONTH, "Europe/Berlin", 31));
    Snapshot snapshot =
        new Snapshot(
            "shop/Deployment/api",
            "shop",
            5000,
            new Snapshot.StoreSettings(50),
            List.of(new Snapshot.Policy("api", List.of(limit))),
            List.of(
                new Snapshot.Plan(
                    "public",
                    List.of(new Snapshot.Tier("gold", List.of(quota))),
                    FailureAction.DENY)),
            new Snapshot.Identity(
                List.of(
                    new Snapshot.ApiKeyLocation("authorization", "Bearer"),
                    new Snapshot.ApiKeyLocation("x-api-key", null)),
                false),
            List.of(new Snapshot.Consumer("acme", true, Map.of("public", "gold"))),
            List.of());
    return new FromOperator.Update(
        "4f2a9c",
        "7",
        snapshot,
        new Secrets(
            "redis://:hunter2@redis.weir-system.svc:6379",
            Map.of("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "acme"),
            Map.of()),
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
  }

  private static FromOperator route() {
    Snapshot.Limit limit =
        new Snapshot.Limit(
            "per-minute",
            new Snapshot.Match(List.of(), List.of(), List.of()),
            List.of(),
            MissingKey.SHARED,
            Unit.INPUT_TOKENS,
            List.of(
                new Snapshot.Rate(
                    "r/llm/per-minute/FixedWindow/60000/InputTokens/LlmRoute/chat",
                    Algorithm.FIXED_WINDOW,
                    200_000,
                    60_000,
                    200_000)),
            HeaderFormat.OPEN_AI,
            ResetFormat.DELTA_SECONDS,
            FailureAction.ALLOW);
    Snapshot.Plan plan =
        new Snapshot.Plan(
            "ai",
            List.of(
                new Snapshot.Tier(
                    "gold",
                    List.of(
                        new Snapshot.Quota(
                            "tokens",
                            "q/ai/gold/tokens/Month/Tokens",
                            Unit.TOKENS,
                            5_000_000,
                            new Snapshot.Window(Period.MONTH, "UTC", 1)),
                        new Snapshot.Quota(
                            "answers",
                            "q/ai/gold/answers/Day/OutputTokens",
                            Unit.OUTPUT_TOKENS,
                            100_000,
                            new Snapshot.Window(Period.DAY, "UTC", 1))))),
            FailureAction.DENY);
    Snapshot.Route route =
        new Snapshot.Route(
            "chat",
            15080,
            true,
            "u/chat",
            HeaderFormat.OPEN_AI,
            new Snapshot.Timeouts(1000, 20_000, 10_000, 120_000),
            List.of(
                new Snapshot.Provider(
                    "openai",
                    ProviderType.OPEN_AI,
                    "https://api.openai.com/v1",
                    true,
                    new Snapshot.ProviderLedger("p/openai/requests", "p/openai/errors")),
                new Snapshot.Provider(
                    "local",
                    ProviderType.OPEN_AI_COMPATIBLE,
                    "http://vllm.ml.svc:8000/v1",
                    false,
                    new Snapshot.ProviderLedger("p/local/requests", "p/local/errors"))),
            List.of(
                new Snapshot.Model(
                    "gpt-4o",
                    List.of("default"),
                    "openai",
                    "gpt-4o-2024-08-06",
                    128_000L,
                    16_384L,
                    new Snapshot.ModelLedger(
                        "m/gpt-4o/requests",
                        "m/gpt-4o/input/USD/1000000/2.50",
                        "m/gpt-4o/cachedInput/USD/1000000/1.25",
                        "m/gpt-4o/output/USD/1000000/10.00",
                        "m/gpt-4o/reasoning/USD/1000000/10.00",
                        "m/gpt-4o/estimated")),
                new Snapshot.Model(
                    "small",
                    List.of(),
                    "local",
                    "llama",
                    null,
                    null,
                    new Snapshot.ModelLedger(
                        "m/small/requests",
                        "m/small/input",
                        "m/small/cachedInput",
                        "m/small/output",
                        "m/small/reasoning",
                        "m/small/estimated"))),
            List.of(new Snapshot.Policy("llm", List.of(limit))),
            List.of(plan),
            new Snapshot.Identity(
                List.of(new Snapshot.ApiKeyLocation("authorization", "Bearer")), false),
            List.of(new Snapshot.Consumer("acme", true, Map.of("ai", "gold"))));
    return new FromOperator.Update(
        "9b1e07",
        "8",
        new Snapshot(
            "shop/Deployment/assistant",
            "shop",
            5000,
            new Snapshot.StoreSettings(50),
            List.of(),
            List.of(),
            null,
            List.of(),
            List.of(route)),
        new Secrets(
            null,
            Map.of("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "acme"),
            Map.of("chat/openai", "sk-provider")),
        null);
  }
}
