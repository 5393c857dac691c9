package dev.weir.operator.reconcile;

import static dev.weir.operator.reconcile.Shop.condition;
import static dev.weir.operator.reconcile.Shop.eventually;
import static dev.weir.operator.testing.Manifests.CONSUMER;
import static dev.weir.operator.testing.Manifests.PLAN;
import static dev.weir.operator.testing.Manifests.POLICY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.crds.v1alpha1.QuotaPlan;
import dev.weir.crds.v1alpha1.QuotaPlanStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicy;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import dev.weir.operator.compile.CompiledWorkload;
import dev.weir.operator.world.PodRef;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.FromSidecar.LimitCount;
import dev.weir.protocol.Snapshot;
import dev.weir.testing.kube.ApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class OperatorIT {

  @RegisterExtension static final ApiServer API = new ApiServer();

  private final KubernetesClient client = API.client();
  private final String namespace = API.newNamespace("operator");
  private final WorkloadRef api = new WorkloadRef(namespace, "Deployment", "api");
  private @Nullable Replica replica;

  @BeforeEach
  void start() {
    replica = new Replica(client);
  }

  @AfterEach
  void stop() {
    replica().close();
  }

  private Replica replica() {
    return requireNonNull(replica);
  }

  private void restart() {
    replica().close();
    replica = new Replica(client);
  }

  private void apply(String yaml) {
    apply(namespace, yaml);
  }

  private void apply(String in, String yaml) {
    new Shop(client, in).apply(yaml);
  }

  private Deployment deployment() {
    return deployment(namespace);
  }

  private Deployment deployment(String in) {
    return new Shop(client, in).deployment();
  }

  private PodRef injectedPod(Deployment deployment, String name) {
    return new Shop(client, namespace).injectedPod(deployment, name);
  }

  private RateLimitPolicyStatus policy() {
    return requireNonNull(
        client
            .resources(RateLimitPolicy.class)
            .inNamespace(namespace)
            .withName("api")
            .get()
            .getStatus());
  }

  private QuotaPlanStatus plan(String in) {
    return requireNonNull(
        client.resources(QuotaPlan.class).inNamespace(in).withName("public").get().getStatus());
  }

  private CompiledWorkload published() {
    return requireNonNull(replica().sidecars.published(api));
  }

  @Test
  void readyWhenTheSidecarAcknowledgedAndTotalsAreShown() {
    PodRef pod = injectedPod(deployment(), "api-1");
    apply(POLICY);
    eventually(
        () ->
            assertThat(condition(policy().conditions(), "Ready"))
                .isEqualTo("False PartiallyProgrammed"));
    assertThat(requireNonNull(policy().dataPlane()).laggards()).containsExactly("api-1");

    replica().sidecars.say(pod, published().revision(), null, List.of());
    eventually(() -> assertThat(condition(policy().conditions(), "Ready")).isEqualTo("True Ready"));
    assertThat(requireNonNull(policy().dataPlane()).revision()).isEqualTo(published().revision());
    assertThat(condition(policy().conditions(), "StoreAvailable")).isEqualTo("True Local");

    replica()
        .sidecars
        .say(
            pod,
            published().revision(),
            null,
            List.of(new LimitCount("RateLimitPolicy/api", "per-user", 100, 7)));
    eventually(
        () -> {
          assertThat(requireNonNull(policy().limits()).getFirst().allowed()).isEqualTo(100);
          assertThat(requireNonNull(policy().summary()).limited()).isEqualTo(7);
        });

    apply(POLICY.replace("limit: 100", "limit: 50"));
    eventually(
        () -> {
          assertThat(policy().observedGeneration()).isEqualTo(2);
          assertThat(condition(policy().conditions(), "Ready"))
              .isEqualTo("False PartiallyProgrammed");
        });
    replica().sidecars.say(pod, null, "cannot", List.of());
    eventually(
        () ->
            assertThat(condition(policy().conditions(), "Programmed")).isEqualTo("False Refused"));
  }

  @Test
  void anyOrderOfApplyConvergesToTheSameStatus() {
    List<Consumer<String>> steps =
        List.of(
            this::deployment,
            in -> apply(in, POLICY),
            in -> apply(in, PLAN),
            in -> apply(in, CONSUMER));
    Set<String> results = new HashSet<>();
    for (List<Consumer<String>> order : permutations(steps)) {
      String in = API.newNamespace("order");
      order.forEach(step -> step.accept(in));
      eventually(
          () -> {
            assertThat(condition(plan(in).conditions(), "Ready")).isEqualTo("True Ready");
            assertThat(requireNonNull(plan(in).summary()).subjects()).isEqualTo(1);
          });
      eventually(
          () ->
              assertThat(
                      condition(
                          client
                              .resources(RateLimitPolicy.class)
                              .inNamespace(in)
                              .withName("api")
                              .get()
                              .getStatus()
                              .conditions(),
                          "Ready"))
                  .isEqualTo("True Ready"));
      results.add(timeless(in));
    }
    assertThat(results).hasSize(1);
  }

  private String timeless(String in) {
    QuotaPlanStatus plan = plan(in);
    RateLimitPolicyStatus policy =
        client.resources(RateLimitPolicy.class).inNamespace(in).withName("api").get().getStatus();
    return (plan.toString() + policy)
        .replace(in, "namespace")
        .replaceAll("lastTransitionTime=[^,]*", "")
        .replaceAll("revision=[^,]*", "");
  }

  private static <T> List<List<T>> permutations(List<T> items) {
    if (items.isEmpty()) {
      return List.of(List.of());
    }
    List<List<T>> all = new ArrayList<>();
    for (T first : items) {
      List<T> rest = new ArrayList<>(items);
      rest.remove(first);
      for (List<T> tail : permutations(rest)) {
        List<T> one = new ArrayList<>(List.of(first));
        one.addAll(tail);
        all.add(one);
      }
    }
    return all;
  }

  @Test
  void anInvalidEditKeepsTheLastGoodSpecAlsoAcrossARestart() {
    deployment();
    apply(PLAN);
    eventually(
        () -> {
          assertThat(condition(plan(namespace).conditions(), "Accepted"))
              .isEqualTo("True Accepted");
          assertThat(revisions()).hasSize(1);
        });
    apply(PLAN.replace("Europe/Berlin", "Europe/Atlantis").replace("limit: 10", "limit: 99"));
    eventually(
        () ->
            assertThat(condition(plan(namespace).conditions(), "Accepted"))
                .isEqualTo("False Invalid"));
    assertThat(limit()).isEqualTo(10);

    restart();
    eventually(() -> assertThat(replica().sidecars.published(api)).isNotNull());
    assertThat(limit()).isEqualTo(10);
    QuotaPlanStatus status = plan(namespace);
    assertThat(status.observedGeneration()).isEqualTo(2);
    assertThat(condition(status.conditions(), "Stalled")).isEqualTo("True Invalid");
    assertThat(requireNonNull(status.conditions()).getFirst().message())
        .contains("spec.tiers[all].quotas[monthly].window.timeZone", "generation 1 stays in force");

    apply(PLAN.replace("limit: 10", "limit: 20"));
    eventually(
        () -> {
          assertThat(condition(plan(namespace).conditions(), "Accepted"))
              .isEqualTo("True Accepted");
          assertThat(limit()).isEqualTo(20);
          assertThat(revisions())
              .singleElement()
              .satisfies(revision -> assertThat(revision).endsWith("-3"));
        });
  }

  private long limit() {
    Snapshot snapshot = published().snapshot();
    return snapshot.plans().getFirst().tiers().getFirst().quotas().getFirst().limit();
  }

  private List<String> revisions() {
    return client.apps().controllerRevisions().inNamespace(namespace).list().getItems().stream()
        .map(revision -> revision.getMetadata().getName())
        .toList();
  }

  @Test
  void aDeletedPolicysLimitsStop() {
    PodRef _ = injectedPod(deployment(), "api-1");
    apply(POLICY);
    eventually(() -> assertThat(published().snapshot().policies()).hasSize(1));
    client.resources(RateLimitPolicy.class).inNamespace(namespace).withName("api").delete();
    eventually(() -> assertThat(published().snapshot().policies()).isEmpty());
  }

  @Test
  void tenReconcilesOfAnUnchangedWorldWriteNothing() {
    PodRef pod = injectedPod(deployment(), "api-1");
    apply(POLICY);
    apply(PLAN);
    eventually(() -> assertThat(published().snapshot().plans()).hasSize(1));
    eventually(() -> assertThat(published().snapshot().policies()).hasSize(1));
    replica().sidecars.say(pod, published().revision(), null, List.of());
    eventually(
        () -> {
          assertThat(condition(policy().conditions(), "Ready")).isEqualTo("True Ready");
          assertThat(condition(plan(namespace).conditions(), "Ready")).isEqualTo("True Ready");
          assertThat(revisions()).hasSize(2);
        });
    // What is still on its way is written before anything is compared.
    PolicyRef ref = new PolicyRef(PolicyRef.RATE_LIMIT_POLICY, namespace, "api");
    PolicyRef planRef = new PolicyRef(PolicyRef.QUOTA_PLAN, namespace, "public");
    eventually(() -> assertNothingWaits(ref, planRef));
    List<String> before = versions();
    for (int i = 0; i < 10; i++) {
      var _ = replica().desk.refresh(ref);
      var _ = replica().desk.refresh(planRef);
    }
    assertNothingWaits(ref, planRef);
    assertThat(versions()).isEqualTo(before);

    // A new operator leaves it alone until it knows its sidecars, and then finds it as it should
    // be.
    restart();
    eventually(() -> assertThat(replica().sidecars.published(api)).isNotNull());
    replica().sidecars.say(pod, published().revision(), null, List.of());
    eventually(() -> assertThat(replica().desk.refresh(ref)).isEmpty());
    eventually(() -> assertThat(replica().desk.refresh(planRef)).isEmpty());
    assertNothingWaits(ref, planRef);
    assertThat(versions()).isEqualTo(before);
  }

  private void assertNothingWaits(PolicyRef policyRef, PolicyRef planRef) {
    var policy = replica().watch.policy(policyRef).orElseThrow();
    assertThat(replica().writer.latest(policy)).isEqualTo(policy.status());
    var plan = replica().watch.plan(planRef).orElseThrow();
    assertThat(replica().writer.latest(plan)).isEqualTo(plan.status());
  }

  private List<String> versions() {
    List<HasMetadata> objects = new ArrayList<>();
    objects.addAll(
        client.resources(RateLimitPolicy.class).inNamespace(namespace).list().getItems());
    objects.addAll(client.resources(QuotaPlan.class).inNamespace(namespace).list().getItems());
    objects.addAll(client.apps().controllerRevisions().inNamespace(namespace).list().getItems());
    return objects.stream()
        .map(o -> o.getMetadata().getName() + " " + o.getMetadata().getResourceVersion())
        .toList();
  }

  @Test
  void eventsTellTransitions() {
    apply(POLICY);
    eventually(
        () ->
            assertThat(events())
                .containsExactlyInAnyOrder(
                    "Normal Accepted Accepted", "Warning Ready TargetNotFound"));
    deployment();
    eventually(
        () ->
            assertThat(events())
                .contains("Normal ResolvedRefs ResolvedRefs", "Normal Ready Ready")
                .doesNotHaveDuplicates());
  }

  private List<String> events() {
    return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .map(event -> event.getType() + " " + event.getAction() + " " + event.getReason())
        .toList();
  }

  @Test
  void nothingButStatusIsOurs() {
    deployment();
    apply(POLICY);
    eventually(() -> assertThat(condition(policy().conditions(), "Ready")).isEqualTo("True Ready"));
    RateLimitPolicy object =
        client.resources(RateLimitPolicy.class).inNamespace(namespace).withName("api").get();
    assertThat(object.getMetadata().getManagedFields())
        .filteredOn(entry -> entry.getManager().equals("weir-operator"))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.getSubresource()).isEqualTo("status");
              assertThat(entry.getFieldsV1().getAdditionalProperties())
                  .containsOnlyKeys("f:status");
            });
    assertThat(object.getMetadata().getFinalizers()).isEmpty();
  }
}
