package dev.weir.operator.world;

import dev.weir.crds.v1alpha1.LlmRoute;
import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.LlmRouteStatus;
import dev.weir.crds.v1alpha1.QuotaPlan;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.QuotaPlanStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicy;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The informers over all namespaces. Thread-safe. */
public final class ClusterWatch implements AutoCloseable {

  /** On ControllerRevisions that keep a last accepted spec; the value is the object's kind. */
  public static final String LAST_ACCEPTED = "weir.dev/last-accepted";

  private record Replicas(WorkloadRef self, @Nullable WorkloadRef owner) {}

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Watched<Declared<RateLimitPolicySpec, RateLimitPolicyStatus>> policies;
  private final Watched<Declared<QuotaPlanSpec, QuotaPlanStatus>> plans;
  private final Watched<Declared<LlmRouteSpec, LlmRouteStatus>> routes;
  private final Watched<LastAccepted> revisions;
  private final List<Watched<WorkloadRef>> workloads;
  private final Watched<Replicas> replicaSets;
  private final Watched<PodView> pods;
  private final Watched<ServiceView> services;
  private final Watched<UsedSecret> secrets;
  private final List<Watched<?>> all;

  /** Prepares the informers; nothing is asked of the API server before {@link #start}. */
  public ClusterWatch(KubernetesClient client) {
    Runnable changed = () -> listeners.forEach(Runnable::run);
    policies = declared(client, RateLimitPolicy.class, changed);
    plans = declared(client, QuotaPlan.class, changed);
    routes = declared(client, LlmRoute.class, changed);
    revisions =
        Watched.of(
            client,
            ControllerRevision.class,
            client.apps().controllerRevisions().inAnyNamespace().withLabel(LAST_ACCEPTED),
            Views::lastAccepted,
            Objects::equals,
            changed);
    workloads =
        List.of(
            Watched.of(
                client,
                Deployment.class,
                client.apps().deployments().inAnyNamespace(),
                Views::workload,
                Objects::equals,
                changed),
            Watched.of(
                client,
                StatefulSet.class,
                client.apps().statefulSets().inAnyNamespace(),
                Views::workload,
                Objects::equals,
                changed),
            Watched.of(
                client,
                DaemonSet.class,
                client.apps().daemonSets().inAnyNamespace(),
                Views::workload,
                Objects::equals,
                changed));
    replicaSets =
        Watched.of(
            client,
            ReplicaSet.class,
            client.apps().replicaSets().inAnyNamespace(),
            set -> new Replicas(Views.workload(set), Views.owner(set)),
            Objects::equals,
            changed);
    pods =
        Watched.of(
            client,
            Pod.class,
            client.pods().inAnyNamespace(),
            Views::pod,
            Objects::equals,
            changed);
    services =
        Watched.of(
            client,
            Service.class,
            client.services().inAnyNamespace(),
            Views::service,
            Objects::equals,
            changed);
    secrets =
        Watched.of(
            client,
            Secret.class,
            client
                .secrets()
                .inAnyNamespace()
                .withLabelIn(Views.USE, Views.USE_CONSUMER, Views.USE_PROVIDER),
            Views::secret,
            Objects::equals,
            changed);
    all = new ArrayList<>(workloads);
    all.addAll(List.of(policies, plans, routes, revisions, replicaSets, pods, services, secrets));
  }

  private static <S, T, R extends CustomResource<S, T>> Watched<Declared<S, T>> declared(
      KubernetesClient client, Class<R> type, Runnable changed) {
    return Watched.of(
        client,
        type,
        client.resources(type).inAnyNamespace(),
        Views::declared,
        Declared::sameWish,
        changed);
  }

  /** Calls the listener, on an informer's thread, after each change that may matter. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Starts the informers and returns at once; see {@link #synced}. */
  public void start() {
    all.forEach(Watched::start);
  }

  /** Whether every informer has listed its objects. Before that a {@link #world} has holes. */
  public boolean synced() {
    return all.stream().allMatch(Watched::synced);
  }

  /** Which kinds' watches are connected; an informer that stays away for long is worth an alarm. */
  public Map<String, Boolean> watching() {
    Map<String, Boolean> watching = new TreeMap<>();
    all.forEach(watched -> watching.put(watched.kind(), watched.watching()));
    return watching;
  }

  /** All objects of our kinds as they were last seen. */
  public Stream<Declared<?, ?>> objects() {
    return Stream.of(policies, plans, routes).flatMap(kind -> kind.all().stream());
  }

  /** The object as it was last seen. */
  public Optional<Declared<RateLimitPolicySpec, RateLimitPolicyStatus>> policy(PolicyRef ref) {
    return Optional.ofNullable(policies.get(ref.namespace(), ref.name()));
  }

  /** The object as it was last seen. */
  public Optional<Declared<QuotaPlanSpec, QuotaPlanStatus>> plan(PolicyRef ref) {
    return Optional.ofNullable(plans.get(ref.namespace(), ref.name()));
  }

  /** The object as it was last seen. */
  public Optional<Declared<LlmRouteSpec, LlmRouteStatus>> route(PolicyRef ref) {
    return Optional.ofNullable(routes.get(ref.namespace(), ref.name()));
  }

  /** All ControllerRevisions that keep a last accepted spec. */
  public List<LastAccepted> revisions() {
    return List.copyOf(revisions.all());
  }

  /** The workload of a pod that exists; empty while the pod or its controller is not seen yet. */
  public Optional<WorkloadRef> workloadOf(PodRef pod) {
    PodView view = pods.get(pod.namespace(), pod.name());
    return view == null || !view.ref().equals(pod)
        ? Optional.empty()
        : Optional.ofNullable(resolve(view));
  }

  private @Nullable WorkloadRef resolve(PodView pod) {
    WorkloadRef owner = pod.owner();
    if (owner == null) {
      return new WorkloadRef(pod.ref().namespace(), "Pod", pod.ref().name());
    }
    if (!owner.kind().equals("ReplicaSet")) {
      return owner;
    }
    Replicas replicas = replicaSets.get(owner.namespace(), owner.name());
    if (replicas == null) {
      return null;
    }
    return replicas.owner() == null ? replicas.self() : replicas.owner();
  }

  /** The view of now; each call makes a new one. */
  public World world() {
    Map<String, Declared<?, ?>> owners = new HashMap<>();
    objects().forEach(object -> owners.put(object.uid(), object));
    Map<String, LastAccepted> accepted = new HashMap<>();
    for (LastAccepted revision : revisions.all()) {
      Declared<?, ?> owner = owners.get(revision.ownerUid());
      if (owner != null && revision.isOf(owner)) {
        accepted.merge(
            revision.ownerUid(), revision, (a, b) -> a.generation() >= b.generation() ? a : b);
      }
    }
    Set<WorkloadRef> existing = new HashSet<>();
    workloads.forEach(kind -> existing.addAll(kind.all()));
    Map<WorkloadRef, List<PodView>> byWorkload = new HashMap<>();
    for (PodView pod : pods.all()) {
      WorkloadRef workload = resolve(pod);
      if (workload != null) {
        byWorkload.computeIfAbsent(workload, _ -> new ArrayList<>()).add(pod);
      }
    }
    byWorkload.replaceAll(
        (_, list) ->
            list.stream().sorted(Comparator.comparing((PodView pod) -> pod.ref().name())).toList());
    return new World(
        List.copyOf(policies.all()),
        List.copyOf(plans.all()),
        List.copyOf(routes.all()),
        Map.copyOf(accepted),
        Set.copyOf(existing),
        Map.copyOf(byWorkload),
        List.copyOf(services.all()),
        secretsOf(ConsumerSecret.class),
        secretsOf(ProviderSecret.class));
  }

  private <U extends UsedSecret> List<U> secretsOf(Class<U> use) {
    return secrets.all().stream().filter(use::isInstance).map(use::cast).toList();
  }

  @Override
  public void close() {
    all.forEach(Watched::close);
  }
}
