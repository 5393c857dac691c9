package dev.weir.operator.reconcile;

import static dev.weir.operator.reconcile.Shop.condition;
import static dev.weir.operator.reconcile.Shop.eventually;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.crds.v1alpha1.Condition;
import dev.weir.crds.v1alpha1.LlmModelStatus;
import dev.weir.crds.v1alpha1.LlmProviderStatus;
import dev.weir.crds.v1alpha1.LlmRoute;
import dev.weir.crds.v1alpha1.LlmRouteStatus;
import dev.weir.crds.v1alpha1.ProviderState;
import dev.weir.crds.v1alpha1.QuotaPlan;
import dev.weir.crds.v1alpha1.QuotaPlanStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicy;
import dev.weir.limits.CalendarUnit;
import dev.weir.limits.Charge;
import dev.weir.limits.Counter;
import dev.weir.limits.LimitSpec;
import dev.weir.limits.LimitSpec.CalendarWindow;
import dev.weir.limits.RedisStore;
import dev.weir.limits.RedisUsageReader;
import dev.weir.limits.testing.RedisServer;
import dev.weir.operator.compile.CompiledWorkload;
import dev.weir.operator.world.PodRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.FromSidecar.LimitCount;
import dev.weir.protocol.FromSidecar.ProviderHealth;
import dev.weir.protocol.Snapshot;
import dev.weir.testing.kube.ApiServer;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LlmRoutes, and the policies and plans on them, against a real API server. */
final class RouteIT {

  @RegisterExtension static final ApiServer API = new ApiServer();

  private static final String ROUTE =
      """
      apiVersion: weir.dev/v1alpha1
      kind: LlmRoute
      metadata: {name: chat}
      spec:
        targetRefs: [{group: apps, kind: Deployment, name: api}]
        listener: {port: 15080}
        identity: {apiKey: {in: [{header: authorization, scheme: Bearer}]}}
        providers:
        - name: openai
          type: OpenAI
          baseUrl: https://api.openai.com/v1
          auth: {secretRefs: [{name: openai, key: token}]}
        models:
        - name: gpt-4o
          price: {currency: USD, per: 1000000, input: "2.50", output: "10.00"}
          backends: [{provider: openai}]
      """;

  private static final String POLICY =
      """
      apiVersion: weir.dev/v1alpha1
      kind: RateLimitPolicy
      metadata: {name: tokens}
      spec:
        targetRefs: [{group: weir.dev, kind: LlmRoute, name: chat}]
        limits: [{name: all, unit: Tokens, rates: [{limit: 1000, per: 1m, algorithm: FixedWindow}]}]
      """;

  private static final String PLAN =
      """
      apiVersion: weir.dev/v1alpha1
      kind: QuotaPlan
      metadata: {name: budget}
      spec:
        targetRefs: [{group: weir.dev, kind: LlmRoute, name: chat}]
        identity: {apiKey: {in: [{header: authorization, scheme: Bearer}]}}
        subject: {consumer: {}}
        tiers:
        - name: all
          quotas: [{name: monthly, unit: Tokens, limit: 1000000, window: {every: Month}}]
      """;

  private static final String PROVIDER =
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: openai, labels: {weir.dev/use: provider}}
      stringData: {token: "sk-secret\\n"}
      """;

  private static final String CONSUMER =
      """
      apiVersion: v1
      kind: Secret
      metadata:
        name: acme
        labels: {weir.dev/use: consumer, weir.dev/consumer: acme, weir.dev/approved: "true"}
      stringData: {key: s3cret}
      """;

  private final KubernetesClient client = API.client();
  private final Shop shop = new Shop(client, API.newNamespace("routes"));
  private final WorkloadRef api = new WorkloadRef(shop.namespace(), "Deployment", "api");
  private final List<AutoCloseable> open = new ArrayList<>();

  private Replica started(Replica replica) {
    open.add(replica);
    return replica;
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private <T, R extends CustomResource<?, T>> T status(Class<R> kind, String name) {
    return requireNonNull(
        client.resources(kind).inNamespace(shop.namespace()).withName(name).get().getStatus());
  }

  private LlmRouteStatus route() {
    return status(LlmRoute.class, "chat");
  }

  private QuotaPlanStatus plan() {
    return status(QuotaPlan.class, "budget");
  }

  private @Nullable List<Condition> policy() {
    return status(RateLimitPolicy.class, "tokens").conditions();
  }

  private CompiledWorkload published(Replica replica) {
    return requireNonNull(replica.sidecars.published(api));
  }

  /** What is served once all is there. */
  private Snapshot.Route served(Replica replica) {
    Snapshot.Route route = published(replica).snapshot().routes().getFirst();
    assertThat(route.policies()).hasSize(1);
    assertThat(route.plans()).hasSize(1);
    assertThat(route.consumers()).extracting(Snapshot.Consumer::name).containsExactly("acme");
    assertThat(published(replica).secrets().providerKeys())
        .isEqualTo(Map.of("chat/openai", "sk-secret"));
    return route;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void heldInWhateverOrderItIsApplied(long seed) {
    List<Runnable> steps = new ArrayList<>();
    for (String yaml : List.of(ROUTE, POLICY, PLAN, PROVIDER, CONSUMER)) {
      steps.add(() -> shop.apply(yaml));
    }
    List<PodRef> pods = new ArrayList<>();
    steps.add(() -> pods.add(shop.injectedPod(shop.deployment(), "api-1")));
    Collections.shuffle(steps, new Random(seed));
    Replica replica = started(new Replica(client));
    steps.forEach(Runnable::run);
    eventually(() -> assertThat(served(replica).name()).isEqualTo("chat"));
    eventually(
        () -> {
          assertThat(condition(route().conditions(), "Ready"))
              .isEqualTo("False PartiallyProgrammed");
          assertThat(condition(policy(), "Ready")).isEqualTo("False PartiallyProgrammed");
          assertThat(condition(plan().conditions(), "Ready"))
              .isEqualTo("False PartiallyProgrammed");
        });
    replica.sidecars.say(pods.getFirst(), published(replica).revision(), null, List.of());
    eventually(
        () -> {
          assertThat(condition(route().conditions(), "Ready")).isEqualTo("True Ready");
          assertThat(condition(policy(), "Ready")).isEqualTo("True Ready");
          assertThat(condition(plan().conditions(), "Ready")).isEqualTo("True Ready");
          assertThat(requireNonNull(plan().summary()).subjects()).isEqualTo(1);
        });
    assertThat(condition(policy(), "TrafficCaptured")).isEqualTo("absent");
    assertThat(route().models()).isNull();
  }

  @Test
  void whatIsMissingIsSaidAndHeals() {
    Replica replica = started(new Replica(client));
    shop.apply(POLICY);
    eventually(() -> assertThat(condition(policy(), "Ready")).isEqualTo("False TargetNotFound"));
    shop.apply(ROUTE);
    eventually(
        () -> {
          assertThat(condition(policy(), "Ready")).isEqualTo("False TargetNotServed");
          assertThat(condition(route().conditions(), "Ready")).isEqualTo("False TargetNotFound");
        });
    var _ = shop.deployment();
    eventually(
        () -> {
          assertThat(condition(policy(), "Ready")).isEqualTo("True Ready");
          assertThat(condition(route().conditions(), "Ready")).isEqualTo("False SecretNotFound");
        });
    shop.apply(PLAN.replace("Bearer", "Key"));
    eventually(
        () -> assertThat(condition(plan().conditions(), "Accepted")).isEqualTo("False Conflicted"));
    shop.apply(PLAN);
    shop.apply(PROVIDER.replace("use: provider", "use: other"));
    eventually(() -> assertThat(condition(plan().conditions(), "Ready")).isEqualTo("True Ready"));
    assertThat(published(replica).secrets().providerKeys()).isEmpty();
    shop.apply(PROVIDER);
    eventually(() -> assertThat(condition(route().conditions(), "Ready")).isEqualTo("True Ready"));
    assertThat(published(replica).secrets().providerKeys())
        .isEqualTo(Map.of("chat/openai", "sk-secret"));

    client.secrets().inNamespace(shop.namespace()).withName("openai").delete();
    eventually(
        () -> {
          assertThat(published(replica).secrets().providerKeys()).isEmpty();
          assertThat(condition(route().conditions(), "Ready")).isEqualTo("False SecretNotFound");
        });
    assertThat(published(replica).snapshot().routes()).hasSize(1);
    assertThat(condition(policy(), "Ready")).isEqualTo("True Ready");
  }

  @Test
  void tokensAndCostComeFromTheStoreAndSurviveTheOperator() {
    RedisServer redis = RedisServer.start();
    open.add(redis);
    RedisStore store = RedisStore.builder(redis.url(), shop.namespace()).open();
    open.add(store);
    store.warmUp().orTimeout(60, TimeUnit.SECONDS).join();
    RedisUsageReader reader = new RedisUsageReader(redis.url(), Duration.ofSeconds(2));
    open.add(reader);
    Replica replica = started(new Replica(client, reader));
    for (String yaml : List.of(ROUTE, PLAN, POLICY, PROVIDER, CONSUMER)) {
      shop.apply(yaml);
    }
    PodRef pod = shop.injectedPod(shop.deployment(), "api-1");
    eventually(() -> assertThat(served(replica).name()).isEqualTo("chat"));

    settle(store, served(replica), 1_000_001, 20_000);
    sayHowItIs(replica, pod, 1);
    eventually(
        () -> {
          replica.desk.tick();
          assertThat(route().models())
              .containsExactly(
                  new LlmModelStatus("gpt-4o", 1, 1_000_001, 0, 20_000, 0, "2.7000025", 0));
          assertThat(route().providers())
              .containsExactly(new LlmProviderStatus("openai", ProviderState.FAILING, 1L, 0L, 812));
          assertThat(requireNonNull(plan().summary()).used()).startsWith("1M/1M");
        });
    assertThat(condition(route().conditions(), "Ready")).isEqualTo("False ProviderFailing");
    assertThat(
            API.kubectl()
                .succeed("get", "llmroute", "chat", "-n", shop.namespace(), "--no-headers")
                .strip()
                .split("\\s+"))
        .startsWith("chat", "1", "0/1", "1", "1M", "2.70", "USD", "False");

    // A price edit in mid-month, and another operator.
    shop.apply(ROUTE.replace("2.50", "3"));
    replica.close();
    Replica next = started(new Replica(client, reader));
    eventually(
        () ->
            assertThat(served(next).models().getFirst().ledger().input())
                .isEqualTo("m/input/USD/1000000/3/gpt-4o"));
    settle(store, served(next), 1_000_000, 0);
    sayHowItIs(next, pod, 2);
    eventually(
        () -> {
          next.desk.tick();
          assertThat(route().models())
              .containsExactly(
                  new LlmModelStatus("gpt-4o", 2, 2_000_001, 0, 20_000, 0, "5.7000025", 0));
        });
  }

  private void sayHowItIs(Replica replica, PodRef pod, long settled) {
    replica.sidecars.say(
        pod,
        published(replica).revision(),
        null,
        List.of(new LimitCount("LlmRoute/chat", "settled", settled, 0)),
        List.of(new ProviderHealth("chat", "openai", 3, false, "refused", 812)));
  }

  /** As a sidecar settles a call: with the names of the snapshot that it was sent. */
  private static void settle(RedisStore store, Snapshot.Route route, long input, long output) {
    Snapshot.ModelLedger model = route.models().getFirst().ledger();
    Snapshot.Quota quota = route.plans().getFirst().tiers().getFirst().quotas().getFirst();
    List<Charge> charges = new ArrayList<>();
    charges.add(charge(quota.counter(), quota.limit(), "acme", input + output));
    Map.of(
            model.requests(),
            1L,
            model.input(),
            input,
            model.output(),
            output,
            route.providers().getFirst().ledger().requests(),
            1L)
        .forEach(
            (line, used) -> {
              if (used > 0) {
                charges.add(charge(route.counter(), LimitSpec.MAX_UNITS, line, used));
              }
            });
    store.settle(charges);
  }

  private static Charge charge(String counter, long limit, String subject, long cost) {
    return new Charge(
        new Counter(
            counter, new CalendarWindow(limit, CalendarUnit.MONTH, ZoneOffset.UTC, 1), true),
        subject,
        cost,
        true);
  }
}
