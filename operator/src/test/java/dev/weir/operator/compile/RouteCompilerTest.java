package dev.weir.operator.compile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.operator.attach.Target;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteCompilerTest {

  private static final PolicyRef CHAT =
      new PolicyRef(PolicyRef.LLM_ROUTE, Worlds.NAMESPACE, "chat");

  private static final String ROUTE =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      listener: {port: 15080}
      identity: {apiKey: {in: [{header: Authorization, scheme: Bearer}]}}
      providers:
      - name: openai
        type: OpenAI
        baseUrl: https://api.openai.com/v1/
        auth: {secretRefs: [{name: openai, key: token}]}
      models:
      - name: gpt-4o
        price: {currency: USD, per: 1000000, input: "2.50", output: "10.00"}
        backends: [{provider: openai}]
      """;

  private static final String EXPLICIT =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      listener: {port: 15081, exposure: Cluster}
      identity: {anonymous: Allow}
      providers:
      - {name: ollama, type: OpenAICompatible, baseUrl: http://ollama.models.svc:11434/v1}
      models:
      - name: org/llama:8b
        aliases: [default, small]
        contextWindow: 8192
        maxOutputTokens: 1024
        backends: [{provider: ollama, model: "llama3:8b"}]
      timeouts: {connect: 1s, firstToken: 20s, betweenTokens: 10s, total: 2m}
      responseHeaders: {rateLimit: IETF}
      """;

  private static final String POLICY =
      """
      targetRefs: [{group: weir.dev, kind: LlmRoute, name: chat}]
      limits:
      - {name: calls, rates: [{limit: 10, per: 1m, algorithm: FixedWindow}]}
      - name: tokens
        unit: Tokens
        rates: [{limit: 10000, per: 60s, algorithm: TokenBucket}]
        responseHeaders: {format: IETF}
      """;

  private static final String PLAN =
      """
      targetRefs: [{group: weir.dev, kind: LlmRoute, name: chat}]
      identity: {apiKey: {in: [{header: Authorization, scheme: Bearer}]}}
      subject: {consumer: {}}
      tiers:
      - name: all
        quotas:
        - {name: in, unit: InputTokens, limit: 1000, window: {every: Month}}
        - {name: calls, unit: Requests, limit: 100, window: {every: Day}}
      """;

  private static Worlds golden() {
    return new Worlds()
        .deployment("api")
        .provider("openai", Map.of("token", "sk-secret", "other", "sk-other"))
        .route("chat", ROUTE)
        .route("local", EXPLICIT)
        .policy("chat-limits", POLICY)
        .plan("chat-plan", PLAN)
        .consumer("acme-key", "acme", true, Map.of(), "aa");
  }

  private static Compilation compile(Worlds world) {
    return new Compiler(new Settings(5000, 50, "redis://x")).compile(world.build(), Worlds.NONE);
  }

  private static CompiledWorkload api(Compilation compilation) {
    return requireNonNull(compilation.workloads().get(Worlds.API));
  }

  private static Governance<?> chat(Compilation compilation) {
    return requireNonNull(compilation.routes().get(CHAT));
  }

  /** Run with {@code -Dgolden=write} to write the file, then read it: it is what a sidecar gets. */
  @Test
  void everyDefaultIsFilledIn() throws IOException {
    String actual =
        JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(api(compile(golden())).snapshot())
            + "\n";
    Path file = Path.of("src/test/resources/compile/routes.json");
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
  }

  @Test
  void theProvidersKeyTravelsWithTheSecretsAndIsNoPartOfTheRevision() {
    CompiledWorkload one = api(compile(golden()));
    assertThat(one.secrets().providerKeys()).isEqualTo(Map.of("chat/openai", "sk-secret"));
    assertThat(one.secrets().apiKeys()).containsEntry("aa", "acme");
    CompiledWorkload none = api(compile(golden().without("openai")));
    assertThat(none.secrets().providerKeys()).isEmpty();
    assertThat(none.revision()).isEqualTo(one.revision());
    assertThat(one.toString() + golden().build()).doesNotContain("sk-secret", "sk-other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "token   | there is no Secret openai with the label weir.dev/use: provider | no",
        "other   | Secret openai has nothing under the key token | ''",
        "token   | Secret openai has nothing under the key token | ' '",
        "token   | Secret openai holds under the key token what no header field can carry | a b",
      })
  void aKeyThatIsMissingIsSaidAndTheRouteIsServedAllTheSame(
      String key, String message, String value) {
    Worlds worlds = golden().without("openai");
    if (!value.equals("no")) {
      worlds.provider("openai", Map.of(key, value.strip()));
    }
    Compilation compilation = compile(worlds);
    assertThat(chat(compilation).unresolved())
        .singleElement()
        .asString()
        .startsWith("spec.providers[openai].auth.secretRefs[0]: " + message);
    assertThat(api(compilation).snapshot().routes())
        .extracting(Snapshot.Route::name)
        .containsExactly("chat", "local");
    assertThat(api(compilation).secrets().providerKeys()).isEmpty();
  }

  @Test
  void contentsHoldEachObjectWhereverItIs() {
    Compilation before = compile(golden());
    Map<String, String> contents = requireNonNull(before.contents().get(Worlds.API));
    assertThat(contents)
        .containsOnlyKeys(
            "LlmRoute/chat",
            "LlmRoute/local",
            "RateLimitPolicy/chat-limits",
            "QuotaPlan/chat-plan");

    Map<String, String> otherLimit =
        changed(contents, golden().policy("more", POLICY.replace("name: ", "name: more-")));
    assertThat(otherLimit).isEmpty();
    Map<String, String> newConsumer =
        changed(contents, golden().consumer("bob-key", "bob", true, Map.of(), "bb"));
    assertThat(newConsumer)
        .containsOnlyKeys("LlmRoute/chat", "LlmRoute/local", "QuotaPlan/chat-plan");
  }

  /** What of these contents is not what it was. */
  private static Map<String, String> changed(Map<String, String> before, Worlds world) {
    Map<String, String> now =
        new HashMap<>(requireNonNull(compile(world).contents().get(Worlds.API)));
    now.keySet().retainAll(before.keySet());
    now.values().removeAll(before.values());
    return now;
  }

  @Test
  void aPolicyOnAWorkloadAndOnItsRouteCountsThemApart() {
    String requests =
        """
        targetRefs:
        - {group: apps, kind: Deployment, name: api}
        - {group: weir.dev, kind: LlmRoute, name: chat}
        limits: [{name: calls, rates: [{limit: 10, per: 1m, algorithm: FixedWindow}]}]
        """;
    Snapshot both =
        api(compile(new Worlds().deployment("api").route("chat", ROUTE).policy("p", requests)))
            .snapshot();
    Snapshot.Limit own = both.policies().getFirst().limits().getFirst();
    Snapshot.Limit routes = both.routes().getFirst().policies().getFirst().limits().getFirst();
    assertThat(own.rates().getFirst().counter())
        .isEqualTo("r/p/calls/FixedWindow/1m/Deployment/api");
    assertThat(routes.rates().getFirst().counter())
        .isEqualTo("r/p/calls/FixedWindow/1m/LlmRoute/chat");
    assertThat(own.headers()).isEqualTo(Snapshot.HeaderFormat.IETF);
    assertThat(routes.headers()).isEqualTo(Snapshot.HeaderFormat.OPEN_AI);
  }

  @Test
  void aRouteThatWasNeverAcceptedIsNotThere() {
    Compilation compilation =
        compile(
            new Worlds()
                .deployment("api")
                .route("chat", ROUTE.replace("[{provider: openai}]", "[{provider: nobody}]"))
                .policy("chat-limits", POLICY));
    WorkloadRef chat = WorkloadRef.of(CHAT);
    assertThat(compilation.policies().values())
        .singleElement()
        .satisfies(
            policy -> assertThat(policy.targets()).containsExactly(new Target.NotFound(chat)));
    assertThat(chat(compilation).verdict().accepted()).isFalse();
    assertThat(compilation.workloads()).isEmpty();
  }

  @Test
  void aRouteOfNobodyIsServedByNobody() {
    Compilation compilation =
        compile(new Worlds().route("chat", ROUTE).policy("chat-limits", POLICY));
    assertThat(chat(compilation).targets()).containsExactly(new Target.NotFound(Worlds.API));
    assertThat(compilation.policies().values())
        .singleElement()
        .satisfies(
            policy ->
                assertThat(policy.targets())
                    .containsExactly(new Target.Governed(WorkloadRef.of(CHAT), List.of())));
    assertThat(compilation.workloads()).isEmpty();
  }
}
