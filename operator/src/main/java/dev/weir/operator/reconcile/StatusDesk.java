package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.LlmRouteStatus;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.QuotaPlanStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import dev.weir.operator.compile.Compilation;
import dev.weir.operator.compile.Governance;
import dev.weir.operator.status.RevisionKeeper;
import dev.weir.operator.status.Standing;
import dev.weir.operator.status.StatusWriter;
import dev.weir.operator.stream.Sidecar;
import dev.weir.operator.stream.Sidecars;
import dev.weir.operator.usage.UsagePoller;
import dev.weir.operator.validate.Durations;
import dev.weir.operator.world.ClusterWatch;
import dev.weir.operator.world.Declared;
import dev.weir.operator.world.PodRef;
import dev.weir.operator.world.PodView;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.operator.world.World;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings together what a status depends on and offers it to the writer; knows which objects to look
 * at again when something moved. Works only while this replica leads. Thread-safe.
 */
public final class StatusDesk {

  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

  private final ClusterWatch watch;
  private final Pipeline pipeline;
  private final Sidecars sidecars;
  private final StatusWriter writer;
  private final RevisionKeeper revisions;
  private final Leadership leadership;
  private final Duration silence;
  private final boolean shared;
  private final Clock clock;
  private final Consumption consumption = new Consumption();
  private volatile Consumer<PolicyRef> recheck = _ -> {};
  private Set<PodRef> silent = Set.of();

  /**
   * @param heartbeat how often sidecars report; silence for twice as long counts as gone
   * @param shared whether there is a shared store
   */
  public StatusDesk(
      ClusterWatch watch,
      Pipeline pipeline,
      Sidecars sidecars,
      StatusWriter writer,
      RevisionKeeper revisions,
      Leadership leadership,
      Duration heartbeat,
      boolean shared,
      Clock clock) {
    this.watch = watch;
    this.pipeline = pipeline;
    this.sidecars = sidecars;
    this.writer = writer;
    this.revisions = revisions;
    this.leadership = leadership;
    this.silence = heartbeat.multipliedBy(2);
    this.shared = shared;
    this.clock = clock;
    leadership.onTaken(
        now -> {
          consumption.begin(now);
          // A follower keeps no accepted specs; the next compilation makes up for it.
          pipeline.changed();
        });
    pipeline.listen(this::compiled);
    sidecars.onChange(this::sidecarChanged);
  }

  /** Shows usage of quotas and routes from now on. */
  public void useUsage(UsagePoller poller) {
    consumption.read(poller);
  }

  void onRecheck(Consumer<PolicyRef> consumer) {
    recheck = consumer;
  }

  /** Has an object looked at again soon. */
  public void recheck(PolicyRef ref) {
    if (leadership.held()) {
      recheck.accept(ref);
    }
  }

  /** Looks after sidecars that fell silent and after usage; to be called about each second. */
  public void tick() {
    if (!leadership.held()) {
      return;
    }
    Instant now = clock.instant();
    Set<PodRef> quiet = new HashSet<>();
    for (Sidecar sidecar : sidecars.connected().values()) {
      if (sidecar.lastHeard().plus(silence).isBefore(now)) {
        quiet.add(sidecar.pod());
      }
    }
    Set<PodRef> moved = new HashSet<>(quiet);
    moved.addAll(silent);
    moved.removeIf(pod -> quiet.contains(pod) && silent.contains(pod));
    silent = quiet;
    moved.forEach(this::recheckPoliciesOf);
    consumption.tick();
  }

  private void recheckPoliciesOf(PodRef pod) {
    watch
        .workloadOf(pod)
        .ifPresent(workload -> pipeline.governing(workload).forEach(this::recheck));
  }

  private void compiled(World world, Compilation compilation, Set<PolicyRef> affected) {
    if (!leadership.held()) {
      return;
    }
    keepAccepted(world, compilation);
    affected.forEach(this::recheck);
    writer.retain(
        compilation.all().<PolicyRef>map(Governance::ref).collect(Collectors.toUnmodifiableSet()));
    consumption.retain(world);
  }

  private void keepAccepted(World world, Compilation compilation) {
    Set<String> uids = new HashSet<>();
    compilation.all().forEach(governance -> keepAccepted(governance, world, uids));
    revisions.retain(uids);
  }

  private void keepAccepted(Governance<?> governance, World world, Set<String> uids) {
    uids.add(governance.uid());
    Object spec = governance.verdict().inForce();
    var kept = world.lastAccepted().get(governance.uid());
    boolean newer = kept == null || kept.generation() < governance.generation();
    if (governance.verdict().accepted() && spec != null && newer) {
      revisions.keep(governance.ref(), governance.uid(), governance.generation(), spec);
    }
  }

  private void sidecarChanged(PodRef pod) {
    if (!leadership.held()) {
      return;
    }
    Optional<WorkloadRef> workload = watch.workloadOf(pod);
    Sidecar sidecar = sidecars.connected().get(pod);
    if (sidecar != null) {
      consumption.observe(sidecar, startOf(pod, workload), pipeline::governing);
    }
    workload.ifPresent(w -> pipeline.governing(w).forEach(this::recheck));
  }

  private @Nullable Instant startOf(PodRef pod, Optional<WorkloadRef> workload) {
    return workload.stream()
        .flatMap(w -> pipeline.state().world().podsOf(w).stream())
        .filter(view -> view.ref().equals(pod))
        .findFirst()
        .map(PodView::sidecarStarted)
        .orElse(null);
  }

  /** What a status says, of what became of the object and of the status until now. */
  private interface Report<S, T> {
    T of(Governance<S> governance, @Nullable T before, Observation seen);
  }

  /** Reconciles one object; a time if it must be looked at again after it. */
  Optional<Duration> refresh(PolicyRef ref) {
    return switch (ref.kind()) {
      case PolicyRef.RATE_LIMIT_POLICY -> watch.policy(ref).flatMap(this::refreshPolicy);
      case PolicyRef.QUOTA_PLAN -> watch.plan(ref).flatMap(this::refreshPlan);
      default -> watch.route(ref).flatMap(this::refreshRoute);
    };
  }

  private Optional<Duration> refreshPolicy(
      Declared<RateLimitPolicySpec, RateLimitPolicyStatus> policy) {
    return refresh(
        policy,
        Compilation::policies,
        _ -> DEFAULT_INTERVAL,
        (governance, before, seen) ->
            PolicyReport.of(
                governance,
                consumption.limits(policy, before, PolicyReport.limitNames(governance)),
                before,
                seen));
  }

  private Optional<Duration> refreshPlan(Declared<QuotaPlanSpec, QuotaPlanStatus> plan) {
    return refresh(
        plan,
        Compilation::plans,
        StatusDesk::interval,
        (governance, before, seen) ->
            PlanReport.of(governance, consumption.counters(plan.ref()), before, seen));
  }

  private Optional<Duration> refreshRoute(Declared<LlmRouteSpec, LlmRouteStatus> route) {
    return refresh(
        route,
        Compilation::routes,
        _ -> DEFAULT_INTERVAL,
        (governance, before, seen) ->
            RouteReport.of(governance, consumption.counters(route.ref()), before, seen));
  }

  private <S, T> Optional<Duration> refresh(
      Declared<S, T> object,
      Function<Compilation, Map<PolicyRef, Governance<S>>> kind,
      Function<@Nullable S, Duration> interval,
      Report<S, T> report) {
    Pipeline.State state = pipeline.state();
    Governance<S> governance = kind.apply(state.compilation()).get(object.ref());
    T before = writer.latest(object);
    if (governance == null || !current(governance, object)) {
      return Optional.empty();
    }
    Optional<Duration> patience = patience(object, before);
    if (patience.isPresent()) {
      return patience;
    }
    writer.offer(
        object,
        report.of(governance, before, observe(state)),
        interval.apply(governance.verdict().inForce()));
    return Optional.empty();
  }

  private static boolean current(Governance<?> governance, Declared<?, ?> object) {
    return governance.uid().equals(object.uid()) && governance.generation() == object.generation();
  }

  /**
   * A new leader does not know its sidecars yet. It leaves what the last one said about this
   * generation alone until each has had time to be heard.
   */
  private Optional<Duration> patience(Declared<?, ?> object, @Nullable Object before) {
    Long observedGeneration = Standing.observedGeneration(before);
    if (writer.ours(object)
        || Standing.conditions(before).isEmpty()
        || observedGeneration == null
        || observedGeneration != object.generation()) {
      return Optional.empty();
    }
    Duration left =
        leadership
            .since()
            .map(since -> Duration.between(clock.instant(), since.plus(silence)))
            .orElse(silence);
    return left.isPositive() ? Optional.of(left.plusMillis(1)) : Optional.empty();
  }

  private Observation observe(Pipeline.State state) {
    return new Observation(
        clock.instant(),
        silence,
        shared,
        state.world(),
        state.compilation(),
        pipeline.history(),
        sidecars.connected());
  }

  private static Duration interval(@Nullable QuotaPlanSpec spec) {
    if (spec == null || spec.reporting() == null || spec.reporting().minInterval() == null) {
      return DEFAULT_INTERVAL;
    }
    return Duration.ofMillis(
        Durations.millis(spec.reporting().minInterval()).orElse(DEFAULT_INTERVAL.toMillis()));
  }
}
