package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.LlmRouteStatus;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.QuotaPlanStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import dev.weir.operator.validate.Accepted;
import dev.weir.operator.world.ConsumerSecret;
import dev.weir.operator.world.Declared;
import dev.weir.operator.world.PodRef;
import dev.weir.operator.world.PodView;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.ProviderSecret;
import dev.weir.operator.world.ServiceView;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.operator.world.World;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Builds worlds for tests, all in namespace {@code shop}. */
public final class Worlds {

  public static final String NAMESPACE = "shop";
  public static final WorkloadRef API = new WorkloadRef(NAMESPACE, "Deployment", "api");
  public static final LastAcceptedSpecs NONE =
      new LastAcceptedSpecs() {
        @Override
        public <S> @Nullable Accepted<S> of(String uid, Class<S> type) {
          return null;
        }
      };

  private final List<Declared<RateLimitPolicySpec, RateLimitPolicyStatus>> policies =
      new ArrayList<>();
  private final List<Declared<QuotaPlanSpec, QuotaPlanStatus>> plans = new ArrayList<>();
  private final List<Declared<LlmRouteSpec, LlmRouteStatus>> routes = new ArrayList<>();
  private final Set<WorkloadRef> workloads = new HashSet<>();
  private final Map<WorkloadRef, List<PodView>> pods = new HashMap<>();
  private final List<ServiceView> services = new ArrayList<>();
  private final List<ConsumerSecret> consumers = new ArrayList<>();
  private final List<ProviderSecret> providers = new ArrayList<>();

  public Worlds policy(String name, String specYaml) {
    return policy(name, 1, specYaml);
  }

  public Worlds policy(String name, long generation, String specYaml) {
    policies.add(
        declared(
            PolicyRef.RATE_LIMIT_POLICY,
            name,
            generation,
            policies.size(),
            Serialization.unmarshal(specYaml, RateLimitPolicySpec.class)));
    return this;
  }

  public Worlds plan(String name, String specYaml) {
    plans.add(
        declared(
            PolicyRef.QUOTA_PLAN,
            name,
            1,
            plans.size(),
            Serialization.unmarshal(specYaml, QuotaPlanSpec.class)));
    return this;
  }

  /** Replaces a route of the same name. */
  public Worlds route(String name, String specYaml) {
    routes.removeIf(route -> route.ref().name().equals(name));
    routes.add(
        declared(
            PolicyRef.LLM_ROUTE,
            name,
            1,
            routes.size(),
            Serialization.unmarshal(specYaml, LlmRouteSpec.class)));
    return this;
  }

  public Worlds provider(String secret, Map<String, String> values) {
    providers.add(new ProviderSecret(NAMESPACE, secret, values));
    return this;
  }

  public Worlds without(String providerSecret) {
    providers.removeIf(secret -> secret.name().equals(providerSecret));
    return this;
  }

  private static <S, T> Declared<S, T> declared(
      String kind, String name, long generation, int age, S spec) {
    return new Declared<>(
        new PolicyRef(kind, NAMESPACE, name),
        "uid-" + kind + "-" + name,
        generation,
        "1",
        Instant.ofEpochSecond(age),
        spec,
        null);
  }

  public Worlds deployment(String name) {
    workloads.add(new WorkloadRef(NAMESPACE, "Deployment", name));
    return this;
  }

  public Worlds pod(WorkloadRef workload, PodView pod) {
    pods.computeIfAbsent(workload, _ -> new ArrayList<>()).add(pod);
    return this;
  }

  public Worlds service(ServiceView service) {
    services.add(service);
    return this;
  }

  public Worlds consumer(
      String secret,
      String consumer,
      boolean approved,
      Map<String, String> labels,
      String... hashes) {
    consumers.add(
        new ConsumerSecret(
            NAMESPACE, secret, consumer, approved, labels, new TreeSet<>(List.of(hashes))));
    return this;
  }

  public World build() {
    return new World(
        List.copyOf(policies),
        List.copyOf(plans),
        List.copyOf(routes),
        Map.of(),
        Set.copyOf(workloads),
        Map.copyOf(pods),
        List.copyOf(services),
        List.copyOf(consumers),
        List.copyOf(providers));
  }

  /** A pod of {@link #API} with a started sidecar in front of port 8080, named http. */
  public static PodView injected(String name) {
    return new PodView(
        new PodRef(NAMESPACE, name, "uid-" + name),
        Map.of("app", "api"),
        API,
        new PodView.Injected(8080, "http"),
        Instant.EPOCH,
        false,
        false);
  }

  /** A pod of {@link #API} without a sidecar. */
  public static PodView bare(String name) {
    return new PodView(
        new PodRef(NAMESPACE, name, "uid-" + name),
        Map.of("app", "api"),
        API,
        null,
        null,
        false,
        false);
  }
}
