package dev.weir.operator.reconcile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.crds.v1alpha1.Condition;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import dev.weir.operator.compile.Compilation;
import dev.weir.operator.compile.Compiler;
import dev.weir.operator.compile.Settings;
import dev.weir.operator.compile.Worlds;
import dev.weir.operator.stream.Sidecar;
import dev.weir.operator.world.PodRef;
import dev.weir.operator.world.PodView;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.ServiceView;
import dev.weir.operator.world.World;
import dev.weir.protocol.FromSidecar.StoreHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PolicyReportTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.7Z");
  private static final String POLICY =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      limits: [{name: x, rates: [{limit: 1, per: 1m, algorithm: FixedWindow}]}]
      """;

  private final PublishedHistory history = new PublishedHistory();
  private final Map<PodRef, Sidecar> connected = new HashMap<>();
  private Compilation compilation = Compilation.EMPTY;
  private World world = World.EMPTY;
  private boolean shared = true;

  private void compile(Worlds worlds) {
    world = worlds.build();
    compilation = new Compiler(new Settings(5000, 50, null)).compile(world, Worlds.NONE);
    history.record(compilation);
  }

  private String revision() {
    return requireNonNull(compilation.workloads().get(Worlds.API)).revision();
  }

  private void connect(PodView pod, @Nullable String acked, @Nullable String refusal) {
    connect(pod, acked, refusal, NOW, new StoreHealth(true, true, null));
  }

  private void connect(
      PodView pod,
      @Nullable String acked,
      @Nullable String refusal,
      Instant heard,
      StoreHealth store) {
    connected.put(
        pod.ref(),
        new Sidecar(pod.ref(), "i", "1", heard, acked, refusal, store, List.of(), List.of()));
  }

  private RateLimitPolicyStatus report(String name) {
    return report(name, null);
  }

  private RateLimitPolicyStatus report(String name, @Nullable RateLimitPolicyStatus before) {
    return PolicyReport.of(
        requireNonNull(
            compilation
                .policies()
                .get(new PolicyRef(PolicyRef.RATE_LIMIT_POLICY, Worlds.NAMESPACE, name))),
        Map.of(),
        before,
        new Observation(
            NOW, Duration.ofSeconds(10), shared, world, compilation, history, connected));
  }

  private static @Nullable Condition find(RateLimitPolicyStatus status, String type) {
    return requireNonNull(status.conditions()).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElse(null);
  }

  private static String condition(RateLimitPolicyStatus status, String type) {
    Condition condition = find(status, type);
    return condition == null ? "absent" : condition.status() + " " + condition.reason();
  }

  private static Worlds world(PodView... pods) {
    Worlds worlds = new Worlds().deployment("api").policy("api", POLICY);
    for (PodView pod : pods) {
      worlds.pod(Worlds.API, pod);
    }
    return worlds;
  }

  private static PodView with(PodView pod, boolean started, boolean terminal, boolean terminating) {
    return new PodView(
        pod.ref(),
        pod.labels(),
        pod.owner(),
        pod.sidecar(),
        started ? Instant.EPOCH : null,
        terminal,
        terminating);
  }

  @Test
  void readyOnceEverySidecarAcknowledged() {
    PodView a = Worlds.injected("a");
    PodView b = Worlds.injected("b");
    compile(world(a, b));
    connect(a, revision(), null);
    connect(b, "older", null);
    RateLimitPolicyStatus partly = report("api");
    assertThat(condition(partly, "Programmed")).isEqualTo("False PartiallyProgrammed");
    assertThat(condition(partly, "Ready")).isEqualTo("False PartiallyProgrammed");
    assertThat(condition(partly, "Reconciling")).isEqualTo("True PartiallyProgrammed");
    assertThat(requireNonNull(partly.dataPlane()).summary()).isEqualTo("1/2");
    assertThat(requireNonNull(partly.dataPlane()).laggards()).containsExactly("b");

    connect(b, revision(), null);
    RateLimitPolicyStatus done = report("api");
    assertThat(condition(done, "Programmed")).isEqualTo("True Programmed");
    assertThat(condition(done, "Ready")).isEqualTo("True Ready");
    assertThat(condition(done, "Reconciling")).isEqualTo("absent");
    assertThat(condition(done, "Stalled")).isEqualTo("absent");
  }

  @Test
  void anotherPolicysEditDoesNotWithdrawReady() {
    PodView a = Worlds.injected("a");
    compile(world(a));
    String acked = revision();
    connect(a, acked, null);
    compile(world(a).policy("other", POLICY.replace("name: x", "name: y")));
    assertThat(revision()).isNotEqualTo(acked);
    assertThat(condition(report("api"), "Ready")).isEqualTo("True Ready");
    assertThat(condition(report("other"), "Ready")).isEqualTo("False PartiallyProgrammed");
  }

  @Test
  void anEditIsNotReadyByTheOldRevision() {
    PodView a = Worlds.injected("a");
    compile(world(a));
    connect(a, revision(), null);
    compile(
        new Worlds()
            .deployment("api")
            .pod(Worlds.API, a)
            .policy("api", 2, POLICY.replace("limit: 1", "limit: 2")));
    RateLimitPolicyStatus status = report("api");
    assertThat(condition(status, "Ready")).isEqualTo("False PartiallyProgrammed");
    assertThat(status.observedGeneration()).isEqualTo(2);
  }

  @Test
  void aSwitchedOffPolicyIsReadyOnceNobodyEnforcesIt() {
    PodView a = Worlds.injected("a");
    compile(world(a));
    connect(a, revision(), null);
    compile(
        new Worlds()
            .deployment("api")
            .pod(Worlds.API, a)
            .policy("api", 2, "mode: Disabled\n" + POLICY));
    assertThat(condition(report("api"), "Ready")).isEqualTo("False PartiallyProgrammed");
    connect(a, revision(), null);
    assertThat(condition(report("api"), "Ready")).isEqualTo("True Disabled");
  }

  @Test
  void silenceLongerThanTwoHeartbeatsWithdrawsReady() {
    PodView a = Worlds.injected("a");
    compile(world(a));
    StoreHealth fine = new StoreHealth(true, true, null);
    connect(a, revision(), null, NOW.minusSeconds(10), fine);
    assertThat(condition(report("api"), "Ready")).isEqualTo("True Ready");
    connect(a, revision(), null, NOW.minusMillis(10_001), fine);
    assertThat(condition(report("api"), "Ready")).isEqualTo("False PartiallyProgrammed");
  }

  @Test
  void whichPodsAreAwaited() {
    PodView starting = with(Worlds.injected("starting"), false, false, false);
    PodView ended = with(Worlds.injected("ended"), true, true, false);
    PodView leaving = with(Worlds.injected("leaving"), true, false, true);
    compile(world(starting, ended, leaving));
    assertThat(condition(report("api"), "Programmed")).isEqualTo("True NoPods");
    connect(leaving, "older", null);
    assertThat(condition(report("api"), "Programmed")).isEqualTo("False PartiallyProgrammed");
  }

  @Test
  void noPodsIsReady() {
    compile(world());
    assertThat(condition(report("api"), "Programmed")).isEqualTo("True NoPods");
    assertThat(condition(report("api"), "Ready")).isEqualTo("True Ready");
  }

  @Test
  void podsWithoutASidecarCount() {
    PodView a = Worlds.injected("a");
    compile(world(a, Worlds.bare("b")));
    connect(a, revision(), null);
    RateLimitPolicyStatus status = report("api");
    assertThat(condition(status, "Programmed")).isEqualTo("False NotInjected");
    assertThat(condition(status, "TrafficCaptured")).isEqualTo("False NotInjected");
    assertThat(requireNonNull(status.dataPlane()).summary()).isEqualTo("1/2");
    assertThat(requireNonNull(find(status, "Programmed")).message())
        .contains("weir.dev/inject", "rollout restart");
  }

  @Test
  void aRefusalIsShown() {
    PodView a = Worlds.injected("a");
    compile(world(a));
    connect(a, null, "unknown algorithm");
    RateLimitPolicyStatus status = report("api");
    assertThat(condition(status, "Programmed")).isEqualTo("False Refused");
    assertThat(condition(status, "Stalled")).isEqualTo("True Refused");
    assertThat(requireNonNull(find(status, "Ready")).message()).contains("unknown algorithm");
  }

  @Test
  void aServiceThatNamesTheNumberGoesAround() {
    PodView a = Worlds.injected("a");
    compile(
        world(a)
            .service(
                new ServiceView(
                    Worlds.NAMESPACE,
                    "named",
                    Map.of("app", "api"),
                    List.of(new ServiceView.Port(null, 80, null))))
            .service(
                new ServiceView(
                    Worlds.NAMESPACE,
                    "elsewhere",
                    Map.of("app", "other"),
                    List.of(new ServiceView.Port(null, 80, 8080)))));
    connect(a, revision(), null);
    assertThat(condition(report("api"), "TrafficCaptured")).isEqualTo("True Captured");

    compile(
        world(a)
            .service(
                new ServiceView(
                    Worlds.NAMESPACE,
                    "numbered",
                    Map.of("app", "api"),
                    List.of(new ServiceView.Port("web", 80, 8080)))));
    RateLimitPolicyStatus status = report("api");
    assertThat(condition(status, "TrafficCaptured")).isEqualTo("False PortNotNamed");
    assertThat(requireNonNull(find(status, "TrafficCaptured")).message())
        .contains("Service numbered", "targetPort: http");
  }

  @Test
  void theStoreAsTheSidecarsSeeIt() {
    PodView a = Worlds.injected("a");
    compile(world(a));
    connect(a, revision(), null, NOW, new StoreHealth(true, false, "connection refused"));
    RateLimitPolicyStatus status = report("api");
    assertThat(condition(status, "StoreAvailable")).isEqualTo("False Unavailable");
    assertThat(requireNonNull(find(status, "StoreAvailable")).message())
        .contains("connection refused");
    connect(a, revision(), null);
    assertThat(condition(report("api"), "StoreAvailable")).isEqualTo("True Shared");
    shared = false;
    assertThat(condition(report("api"), "StoreAvailable")).isEqualTo("True Local");
  }

  @Test
  void anInvalidSpecStalls() {
    compile(new Worlds().deployment("api").policy("api", POLICY.replace("1m", "0m")));
    RateLimitPolicyStatus status = report("api");
    assertThat(condition(status, "Accepted")).isEqualTo("False Invalid");
    assertThat(condition(status, "Stalled")).isEqualTo("True Invalid");
    assertThat(condition(status, "Programmed")).isEqualTo("False Invalid");
    assertThat(requireNonNull(find(status, "Accepted")).message())
        .startsWith("spec.limits[x].rates[0].per: 0m is not");
    assertThat(status.observedGeneration()).isEqualTo(1);
  }

  @Test
  void aMissingTarget() {
    compile(new Worlds().policy("api", POLICY));
    RateLimitPolicyStatus status = report("api");
    assertThat(condition(status, "Accepted")).isEqualTo("True Accepted");
    assertThat(condition(status, "ResolvedRefs")).isEqualTo("False TargetNotFound");
    assertThat(condition(status, "Ready")).isEqualTo("False TargetNotFound");
  }

  @Test
  void theYoungerOfTwoConflicts() {
    compile(world().policy("young", POLICY));
    assertThat(condition(report("api"), "Ready")).isEqualTo("True Ready");
    RateLimitPolicyStatus status = report("young");
    assertThat(condition(status, "Accepted")).isEqualTo("False Conflicted");
    assertThat(condition(status, "Ready")).isEqualTo("False Conflicted");
  }

  @Test
  void aConditionsTimeMovesWithItsStatusOnly() {
    PodView a = Worlds.injected("a");
    compile(world(a));
    RateLimitPolicyStatus waiting = report("api");
    assertThat(requireNonNull(find(waiting, "Ready")).lastTransitionTime())
        .isEqualTo("2026-01-01T00:00:00Z");
    List<Condition> older =
        requireNonNull(waiting.conditions()).stream()
            .map(
                c ->
                    new Condition(
                        c.type(), c.status(), 1L, "2025-01-01T00:00:00Z", "Other", "other"))
            .toList();
    connect(a, revision(), null);
    RateLimitPolicyStatus done =
        report("api", new RateLimitPolicyStatus(1L, older, null, null, null, null, null));
    assertThat(requireNonNull(find(done, "Ready")).lastTransitionTime())
        .isEqualTo("2026-01-01T00:00:00Z");
    assertThat(requireNonNull(find(done, "Accepted")).lastTransitionTime())
        .isEqualTo("2025-01-01T00:00:00Z");
  }
}
