package dev.weir.operator.reconcile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.crds.v1alpha1.Condition;
import dev.weir.crds.v1alpha1.LlmModelStatus;
import dev.weir.crds.v1alpha1.LlmPeriod;
import dev.weir.crds.v1alpha1.LlmProviderStatus;
import dev.weir.crds.v1alpha1.LlmRouteStatus;
import dev.weir.crds.v1alpha1.LlmRouteSummary;
import dev.weir.crds.v1alpha1.ProviderState;
import dev.weir.crds.v1alpha1.StoreMode;
import dev.weir.crds.v1alpha1.TargetStatus;
import dev.weir.limits.UsageReader.SubjectUsage;
import dev.weir.limits.UsageReader.Usage;
import dev.weir.operator.compile.Compilation;
import dev.weir.operator.compile.Compiler;
import dev.weir.operator.compile.Settings;
import dev.weir.operator.compile.Worlds;
import dev.weir.operator.stream.Sidecar;
import dev.weir.operator.usage.CounterUsage;
import dev.weir.operator.world.PodRef;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.World;
import dev.weir.protocol.FromSidecar.ProviderHealth;
import dev.weir.protocol.FromSidecar.StoreHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteReportTest {

  private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");

  private static final String ROUTE =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      listener: {port: 15080}
      identity: {anonymous: Allow}
      providers:
      - name: openai
        type: OpenAI
        baseUrl: https://api.openai.com/v1
        auth: {secretRefs: [{name: openai, key: token}]}
      - {name: ollama, type: OpenAICompatible, baseUrl: http://ollama.models.svc/v1}
      models:
      - name: gpt-4o
        price: {currency: USD, per: 1000000, input: "2.50", output: "10.00"}
        backends: [{provider: openai}]
      - name: llama
        backends: [{provider: ollama}]
      """;

  private static final String POLICY =
      """
      targetRefs: [{group: weir.dev, kind: LlmRoute, name: chat}]
      limits: [{name: x, rates: [{limit: 1, per: 1m, algorithm: FixedWindow}]}]
      """;

  private final PublishedHistory history = new PublishedHistory();
  private final Map<PodRef, Sidecar> connected = new HashMap<>();
  private final List<SubjectUsage> ledger = new ArrayList<>();
  private Compilation compilation = Compilation.EMPTY;
  private World world = World.EMPTY;
  private boolean shared = true;

  private static Worlds worlds() {
    return new Worlds()
        .deployment("api")
        .route("chat", ROUTE)
        .policy("chat", POLICY)
        .provider("openai", Map.of("token", "sk"))
        .pod(Worlds.API, Worlds.injected("a"))
        .pod(Worlds.API, Worlds.injected("b"));
  }

  private void compile(Worlds worlds) {
    world = worlds.build();
    compilation = new Compiler(new Settings(5000, 50, null)).compile(world, Worlds.NONE);
    history.record(compilation);
  }

  private String revision() {
    return requireNonNull(compilation.workloads().get(Worlds.API)).revision();
  }

  private void connect(String pod, ProviderHealth... providers) {
    connect(pod, revision(), null, providers);
  }

  private void connect(
      String pod, String acked, @Nullable String refusal, ProviderHealth... providers) {
    PodRef ref = Worlds.injected(pod).ref();
    connected.put(
        ref,
        new Sidecar(
            ref,
            "i",
            "1",
            NOW,
            acked,
            refusal,
            new StoreHealth(true, true, null),
            List.of(),
            List.of(providers)));
  }

  private static ProviderHealth health(
      String provider, long failures, boolean rateLimited, long p95) {
    return new ProviderHealth(
        "chat", provider, failures, rateLimited, failures > 0 ? "connection refused" : null, p95);
  }

  private Observation seen() {
    return new Observation(
        NOW, Duration.ofSeconds(10), shared, world, compilation, history, connected);
  }

  private LlmRouteStatus report() {
    return report(
        new CounterUsage(
            Map.of(
                "u/chat",
                new Usage(
                    0,
                    ledger.size(),
                    0,
                    ledger,
                    Instant.parse("2026-11-01T00:00:00Z").toEpochMilli(),
                    Instant.parse("2026-12-01T00:00:00Z").toEpochMilli())),
            null));
  }

  private LlmRouteStatus report(CounterUsage read) {
    return RouteReport.of(
        requireNonNull(
            compilation.routes().get(new PolicyRef(PolicyRef.LLM_ROUTE, Worlds.NAMESPACE, "chat"))),
        read,
        null,
        seen());
  }

  private static @Nullable Condition find(@Nullable List<Condition> conditions, String type) {
    return requireNonNull(conditions).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElse(null);
  }

  private static String condition(@Nullable List<Condition> conditions, String type) {
    Condition condition = find(conditions, type);
    return condition == null ? "absent" : condition.status() + " " + condition.reason();
  }

  private static String message(LlmRouteStatus status, String type) {
    return requireNonNull(find(status.conditions(), type)).message();
  }

  @Test
  void readyOnceEverySidecarServesIt() {
    compile(worlds());
    connect("a");
    connect("b", "older", null);
    assertThat(condition(report().conditions(), "Ready")).isEqualTo("False PartiallyProgrammed");
    connect("b");
    LlmRouteStatus status = report();
    assertThat(requireNonNull(status.conditions()))
        .extracting(condition -> condition.type() + " " + condition.status())
        .containsExactly(
            "Accepted True",
            "ResolvedRefs True",
            "Programmed True",
            "ProvidersReady True",
            "StoreAvailable True",
            "Ready True",
            "PriceMissing True");
    assertThat(message(status, "PriceMissing"))
        .isEqualTo(
            "tokens of llama are counted, their cost is not; write spec.models[llama].price");
    assertThat(requireNonNull(status.dataPlane()).summary()).isEqualTo("2/2");
    assertThat(status.targets()).containsExactly(new TargetStatus("Deployment/api", 2, 0));
  }

  @Test
  void whenEveryModelHasAPriceNoneIsMissing() {
    // Of the last model.
    String price = "  price: {currency: USD, per: 1000, input: '0', output: '0'}";
    compile(worlds().route("chat", ROUTE + price));
    assertThat(condition(report().conditions(), "PriceMissing")).isEqualTo("absent");
  }

  @Test
  void aSecretThatIsMissingIsSaid() {
    compile(worlds().without("openai"));
    connect("a");
    connect("b");
    LlmRouteStatus status = report();
    assertThat(condition(status.conditions(), "ResolvedRefs")).isEqualTo("False SecretNotFound");
    assertThat(condition(status.conditions(), "Ready")).isEqualTo("False SecretNotFound");
    assertThat(condition(status.conditions(), "Programmed")).isEqualTo("True Programmed");
    assertThat(message(status, "ResolvedRefs"))
        .isEqualTo(
            "spec.providers[openai].auth.secretRefs[0]: there is no Secret openai with the label"
                + " weir.dev/use: provider in namespace shop; create it, or kubectl label secret"
                + " openai weir.dev/use=provider if it is there; until then its calls are refused");
  }

  @Test
  void aSidecarThatCannotListenIsNamed() {
    compile(worlds());
    connect("a");
    connect("b", "older", "route chat: port 15080 is taken");
    LlmRouteStatus status = report();
    assertThat(condition(status.conditions(), "Stalled")).isEqualTo("True Refused");
    assertThat(message(status, "Ready"))
        .isEqualTo("the sidecar of pod b refused it: route chat: port 15080 is taken");
  }

  @ParameterizedTest
  @CsvSource({
    "0, false, 0, false, HEALTHY",
    "2, false, 0, false, HEALTHY",
    "0, true,  0, false, RATE_LIMITED",
    "3, false, 0, true,  FAILING",
    "0, false, 9, false, FAILING",
  })
  void aProviderIsAsTheSidecarThatIsWorstOffSeesIt(
      long failuresA, boolean limitedA, long failuresB, boolean limitedB, ProviderState state) {
    compile(worlds());
    connect("a", health("openai", failuresA, limitedA, 40), health("ollama", 0, false, 7));
    connect("b", health("openai", failuresB, limitedB, 812));
    ledger.add(new SubjectUsage("p/requests/openai", 10));
    ledger.add(new SubjectUsage("p/errors/openai", 4));
    LlmRouteStatus status = report();
    assertThat(status.providers())
        .containsExactly(
            new LlmProviderStatus("openai", state, 10L, 4L, 812),
            new LlmProviderStatus("ollama", ProviderState.HEALTHY, 0L, 0L, 7));
    boolean failing = state == ProviderState.FAILING;
    assertThat(requireNonNull(status.summary()).providers()).isEqualTo(failing ? "1/2" : "2/2");
    assertThat(condition(status.conditions(), "ProvidersReady"))
        .isEqualTo(failing ? "False ProviderFailing" : "True ProvidersReady");
    if (failing) {
      assertThat(message(status, "Ready"))
          .isEqualTo(
              "provider openai fails for pod %s: connection refused"
                  .formatted(failuresA >= 3 ? "a" : "b"));
    }
  }

  @Test
  void theMonthsTokensAndTheirCost() {
    compile(worlds());
    ledger.add(new SubjectUsage("m/requests/gpt-4o", 10_422));
    ledger.add(new SubjectUsage("m/input/USD/1000000/2.5/gpt-4o", 9_000_000));
    ledger.add(new SubjectUsage("m/cachedInput/USD/1000000/2.5/gpt-4o", 182_211));
    ledger.add(new SubjectUsage("m/output/USD/1000000/10/gpt-4o", 2_200_000));
    ledger.add(new SubjectUsage("m/reasoning/USD/1000000/10/gpt-4o", 10_034));
    ledger.add(new SubjectUsage("m/estimated/gpt-4o", 1));
    ledger.add(new SubjectUsage("m/requests/gone", 1));
    ledger.add(new SubjectUsage("m/output/USD/1000000/1/gone", 500));
    LlmRouteStatus status = report();
    assertThat(status.period())
        .isEqualTo(new LlmPeriod("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"));
    assertThat(status.models())
        .containsExactly(
            // 9.182211 × 2.5 + 2.210034 × 10
            new LlmModelStatus(
                "gpt-4o", 10_422, 9_182_211, 182_211, 2_210_034, 10_034, "45.0558675", 1),
            new LlmModelStatus("llama", 0, 0, 0, 0, 0, null, 0));
    assertThat(status.summary())
        .isEqualTo(new LlmRouteSummary(2, "2/2", 10_423L, "11.3M", "45.06 USD", "Deployment/api"));
  }

  @Test
  void withoutASharedStoreNothingIsSaidOfUsage() {
    shared = false;
    compile(worlds());
    LlmRouteStatus status = report(CounterUsage.UNKNOWN);
    assertThat(status.models()).isNull();
    assertThat(status.period()).isNull();
    assertThat(status.summary())
        .isEqualTo(new LlmRouteSummary(2, "2/2", null, null, null, "Deployment/api"));
    assertThat(requireNonNull(status.providers()).getFirst().requests()).isNull();
    assertThat(requireNonNull(status.store()).mode()).isEqualTo(StoreMode.LOCAL);
  }

  @Test
  void aRouteThatWasNeverAcceptedHasNothing() {
    compile(worlds().route("chat", ROUTE.replace("{provider: ollama}", "{provider: nobody}")));
    LlmRouteStatus status = report();
    assertThat(condition(status.conditions(), "Ready")).isEqualTo("False Invalid");
    assertThat(condition(status.conditions(), "PriceMissing")).isEqualTo("absent");
    assertThat(status.providers()).isEmpty();
    assertThat(status.summary()).isEqualTo(new LlmRouteSummary(0, "0/0", 0L, "0", null, "none"));
  }

  @Test
  void aPolicyOnARouteAwaitsTheSidecarsThatServeItAndSaysNothingOfTraffic() {
    compile(worlds());
    connect("a");
    connect("b", "older", null);
    List<Condition> partly = policy();
    assertThat(condition(partly, "Programmed")).isEqualTo("False PartiallyProgrammed");
    assertThat(condition(partly, "TrafficCaptured")).isEqualTo("absent");
    connect("b");
    assertThat(condition(policy(), "Ready")).isEqualTo("True Ready");

    compile(worlds().route("chat", ROUTE.replace("name: api", "name: nobody")));
    assertThat(condition(policy(), "Programmed")).isEqualTo("False TargetNotServed");
    assertThat(requireNonNull(find(policy(), "Ready")).message())
        .isEqualTo("no workload serves LlmRoute/chat yet, see its status");
  }

  private @Nullable List<Condition> policy() {
    return PolicyReport.of(
            requireNonNull(
                compilation
                    .policies()
                    .get(new PolicyRef(PolicyRef.RATE_LIMIT_POLICY, Worlds.NAMESPACE, "chat"))),
            Map.of(),
            null,
            seen())
        .conditions();
  }
}
