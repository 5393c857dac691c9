package dev.weir.crds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.crds.v1alpha1.Condition;
import dev.weir.crds.v1alpha1.DataPlane;
import dev.weir.crds.v1alpha1.LimitStatus;
import dev.weir.crds.v1alpha1.LlmModelStatus;
import dev.weir.crds.v1alpha1.LlmPeriod;
import dev.weir.crds.v1alpha1.LlmProviderStatus;
import dev.weir.crds.v1alpha1.LlmRoute;
import dev.weir.crds.v1alpha1.LlmRouteStatus;
import dev.weir.crds.v1alpha1.LlmRouteSummary;
import dev.weir.crds.v1alpha1.ProviderState;
import dev.weir.crds.v1alpha1.QuotaPlan;
import dev.weir.crds.v1alpha1.QuotaPlanStatus;
import dev.weir.crds.v1alpha1.QuotaPlanSummary;
import dev.weir.crds.v1alpha1.QuotaUsage;
import dev.weir.crds.v1alpha1.RateLimitPolicy;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicySummary;
import dev.weir.crds.v1alpha1.StoreMode;
import dev.weir.crds.v1alpha1.StoreStatus;
import dev.weir.crds.v1alpha1.SubjectUsage;
import dev.weir.crds.v1alpha1.TargetStatus;
import dev.weir.crds.v1alpha1.TierStatus;
import dev.weir.testing.kube.ApiServer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Status as the operator writes it and people read it. */
final class StatusIT {
  @RegisterExtension static final ApiServer API = new ApiServer();

  private static final Path POLICY = Golden.RESOURCES.resolve("good/ratelimitpolicy-full.yaml");
  private static final Path PLAN = Golden.RESOURCES.resolve("good/quotaplan-full.yaml");
  private static final Path ROUTE = Golden.RESOURCES.resolve("good/llmroute-full.yaml");
  private static final Pattern AGE = Pattern.compile("(?m)\\d+s$");
  private static final String TIME = "2026-11-24T10:00:00Z";
  private static final String NEXT = "2026-12-01T00:00:00+01:00";
  private static final List<Condition> READY =
      List.of(
          new Condition("Accepted", "True", 1L, TIME, "Accepted", ""),
          new Condition("Ready", "True", 1L, TIME, "Programmed", "3 of 3 pods enforce it."));

  @Test
  void columnsFitAScreenAndArePlain() throws IOException {
    String namespace = API.newNamespace("columns");
    apply(namespace, POLICY);
    apply(namespace, Golden.RESOURCES.resolve("good/ratelimitpolicy-least.yaml"));
    apply(namespace, PLAN);
    apply(namespace, ROUTE);

    String fresh = kubectlGet(namespace);
    writeStatus(namespace, new RateLimitPolicy(), "api", policyStatus(52));
    writeStatus(namespace, new QuotaPlan(), "public-api", planStatus());
    writeStatus(namespace, new LlmRoute(), "chat", routeStatus());
    String full = kubectlGet(namespace);
    String wide = kubectlGet(namespace, "-o", "wide");

    assertThat(full.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(110));
    Golden.assertEqual(
        "columns.golden",
        "# before the operator has seen them\n%s\n# with status\n%s\n# -o wide\n%s"
            .formatted(fresh, full, wide));
  }

  @Test
  void firstStatusHasGenerationMinusOne() {
    String namespace = API.newNamespace("generation");
    for (Path file : List.of(POLICY, PLAN, ROUTE)) {
      apply(namespace, file);
      String generation =
          API.kubectl()
              .succeed(
                  "patch",
                  "-n",
                  namespace,
                  "-f",
                  file.toString(),
                  "--subresource=status",
                  "--type=merge",
                  "--patch={\"status\":{\"conditions\":[]}}",
                  "-o",
                  "jsonpath={.status.observedGeneration}");
      assertThat(generation).isEqualTo("-1");
    }
  }

  @Test
  void totalsBeyondDoublesAreExact() {
    String namespace = API.newNamespace("exact");
    long total = 9007199254740993L;
    apply(namespace, POLICY);
    writeStatus(namespace, new RateLimitPolicy(), "api", policyStatus(total));

    RateLimitPolicyStatus read =
        API.client()
            .resources(RateLimitPolicy.class)
            .inNamespace(namespace)
            .withName("api")
            .get()
            .getStatus();
    assertThat(read).isEqualTo(policyStatus(total));
    assertThat(
            API.kubectl()
                .succeed(
                    "get",
                    "-n",
                    namespace,
                    "rlpol",
                    "api",
                    "-o",
                    "jsonpath={.status.limits[0].limited}"))
        .isEqualTo("9007199254740993");
  }

  @Test
  void planStatusIsReadAsWritten() {
    String namespace = API.newNamespace("plan");
    apply(namespace, PLAN);
    writeStatus(namespace, new QuotaPlan(), "public-api", planStatus());
    assertThat(
            API.client()
                .resources(QuotaPlan.class)
                .inNamespace(namespace)
                .withName("public-api")
                .get()
                .getStatus())
        .isEqualTo(planStatus());
  }

  @Test
  void routeStatusIsReadAsWritten() {
    String namespace = API.newNamespace("route");
    apply(namespace, ROUTE);
    writeStatus(namespace, new LlmRoute(), "chat", routeStatus());
    assertThat(
            API.client()
                .resources(LlmRoute.class)
                .inNamespace(namespace)
                .withName("chat")
                .get()
                .getStatus())
        .isEqualTo(routeStatus());
  }

  @Test
  void categoryListsAllKinds() {
    String namespace = API.newNamespace("category");
    apply(namespace, POLICY);
    apply(namespace, PLAN);
    apply(namespace, ROUTE);
    assertThat(API.kubectl().succeed("get", "-n", namespace, "weir", "-o", "name").lines())
        .containsExactlyInAnyOrder(
            "ratelimitpolicy.weir.dev/api",
            "quotaplan.weir.dev/public-api",
            "llmroute.weir.dev/chat");
  }

  private static RateLimitPolicyStatus policyStatus(long limited) {
    return new RateLimitPolicyStatus(
        1L,
        READY,
        new DataPlane("7f3a90c1", 3, 3, "3/3", List.of()),
        List.of(new TargetStatus("Deployment/api", 3, 3)),
        List.of(new LimitStatus("per-user", 120433, limited)),
        new StoreStatus(StoreMode.SHARED),
        new RateLimitPolicySummary(3, limited, "Deployment/api"));
  }

  private static QuotaPlanStatus planStatus() {
    return new QuotaPlanStatus(
        1L,
        READY,
        new DataPlane("7f3a90c1", 3, 3, "3/3", List.of()),
        List.of(new TargetStatus("Deployment/api", 3, 6)),
        List.of(
            new TierStatus(
                "gold",
                41,
                2,
                List.of(
                    new QuotaUsage(
                        "monthly", 31_200_000, 82_000_000, "2026-11-01T00:00:00+01:00", NEXT)))),
        List.of(new SubjectUsage("acme", "gold", "monthly", 1_990_000, 2_000_000, 99, NEXT)),
        new StoreStatus(StoreMode.SHARED),
        new QuotaPlanSummary(
            2, 41, 2, "31.2M/82M (38%)", "acme 99%", "2026-11-30T23:00Z", "Deployment/api"));
  }

  private static LlmRouteStatus routeStatus() {
    return new LlmRouteStatus(
        1L,
        READY,
        new DataPlane("7f3a90c1", 3, 3, "3/3", List.of()),
        List.of(new TargetStatus("Deployment/assistant", 3, 2)),
        new LlmPeriod("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
        List.of(
            new LlmProviderStatus("openai", ProviderState.HEALTHY, 10422L, 12L, 812),
            new LlmProviderStatus("vllm", ProviderState.RATE_LIMITED, 0L, 0L, 0)),
        List.of(
            new LlmModelStatus("gpt-4o", 10422, 9182211, 4096, 2210034, 512, "45.049987", 1),
            new LlmModelStatus("llama", 0, 0, 0, 0, 0, null, 0)),
        new StoreStatus(StoreMode.SHARED),
        new LlmRouteSummary(2, "2/2", 10422L, "11.4M", "45.05 USD", "Deployment/assistant"));
  }

  private static void apply(String namespace, Path file) {
    API.kubectl().succeed("apply", "-n", namespace, "-f", file.toString());
  }

  private static String kubectlGet(String namespace, String... flags) {
    String[] arguments = {"get", "-n", namespace, "rlpol,qplan,llmr"};
    String table =
        API.kubectl()
            .succeed(
                Stream.concat(Arrays.stream(arguments), Arrays.stream(flags))
                    .toArray(String[]::new));
    return AGE.matcher(table).replaceAll("0s");
  }

  private static <S, T, K extends CustomResource<S, T>> void writeStatus(
      String namespace, K fresh, String name, T status) {
    fresh.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    fresh.setStatus(status);
    API.client()
        .resource(fresh)
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("weir")
                .build());
  }
}
