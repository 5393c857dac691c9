package dev.weir.operator.reconcile;

import dev.weir.operator.attach.Target;
import dev.weir.operator.compile.Compilation;
import dev.weir.operator.compile.Compiler;
import dev.weir.operator.compile.Governance;
import dev.weir.operator.compile.SnapshotSink;
import dev.weir.operator.world.ClusterWatch;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.ServiceView;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.operator.world.World;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles the world whenever it changed, a moment after the first of a burst of changes, and
 * publishes it. Thread-safe; works on one thread of its own, which starts once the informers know
 * everything, so that nothing half seen is ever published.
 */
public final class Pipeline implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

  private static final Duration DEBOUNCE = Duration.ofMillis(50);
  private static final Duration SYNC_POLL = Duration.ofMillis(50);

  /**
   * What came of the newest world.
   *
   * @param governedBy every object that names the workload or route, whether it governs it or not,
   *     or whose route the workload serves
   */
  record State(World world, Compilation compilation, Map<WorkloadRef, Set<PolicyRef>> governedBy) {}

  /** Told of each compilation, on the pipeline's thread. */
  interface Listener {
    /**
     * A world was compiled and published.
     *
     * @param affected the objects whose status may depend on what changed
     */
    void compiled(World world, Compilation compilation, Set<PolicyRef> affected);
  }

  private final ClusterWatch watch;
  private final Compiler compiler;
  private final SnapshotSink sink;
  private final Consumer<Duration> timer;
  private final AcceptedSpecs accepted = new AcceptedSpecs();
  private final PublishedHistory history = new PublishedHistory();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("weir-pipeline").daemon().factory());
  private volatile State state = new State(World.EMPTY, Compilation.EMPTY, Map.of());
  private volatile boolean compiled;
  private volatile Listener listener = (_, _, _) -> {};

  /**
   * @param timer told how long each compilation took
   */
  public Pipeline(
      ClusterWatch watch, Compiler compiler, SnapshotSink sink, Consumer<Duration> timer) {
    this.watch = watch;
    this.compiler = compiler;
    this.sink = sink;
    this.timer = timer;
  }

  void listen(Listener newListener) {
    listener = newListener;
  }

  /** Starts to follow the watch, which may or may not be started already. */
  public void start() {
    watch.onChange(this::changed);
    changed();
  }

  /** Whether a first compilation is published. */
  public boolean compiled() {
    return compiled;
  }

  /** What came of the newest world; empty before the first. */
  public Compilation compilation() {
    return state.compilation();
  }

  State state() {
    return state;
  }

  PublishedHistory history() {
    return history;
  }

  /** Compiles soon. */
  void changed() {
    if (scheduled.compareAndSet(false, true)) {
      schedule(DEBOUNCE);
    }
  }

  private void schedule(Duration delay) {
    if (!thread.isShutdown()) {
      var _ = thread.schedule(this::run, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void run() {
    if (!watch.synced()) {
      schedule(SYNC_POLL);
      return;
    }
    // Before the look at the world, so that a change during it brings the next run.
    scheduled.set(false);
    try {
      compile();
    } catch (RuntimeException e) {
      log.error("compilation failed; what was published before stays in force", e);
    }
  }

  private void compile() {
    long began = System.nanoTime();
    World world = watch.world();
    accepted.restore(world);
    Compilation compilation = compiler.compile(world, accepted);
    accepted.accept(compilation);
    history.record(compilation);
    State before = state;
    State now = new State(world, compilation, governedBy(compilation));
    state = now;
    sink.publish(compilation.workloads());
    compiled = true;
    timer.accept(Duration.ofNanos(System.nanoTime() - began));
    listener.compiled(world, compilation, affected(before, now));
  }

  private static Map<WorkloadRef, Set<PolicyRef>> governedBy(Compilation compilation) {
    Map<WorkloadRef, Set<PolicyRef>> governedBy = new HashMap<>();
    compilation
        .all()
        .forEach(
            governance -> {
              for (Target target : governance.targets()) {
                Set<WorkloadRef> concerned = new HashSet<>(Set.of(target.ref()));
                if (target instanceof Target.Governed governed) {
                  concerned.addAll(governed.workloads());
                }
                for (WorkloadRef ref : concerned) {
                  governedBy.computeIfAbsent(ref, _ -> new HashSet<>()).add(governance.ref());
                }
              }
            });
    return governedBy;
  }

  private static Set<PolicyRef> affected(State before, State now) {
    Set<PolicyRef> affected = new HashSet<>();
    now.compilation()
        .all()
        .forEach(
            governance -> {
              if (!governance.equals(before.compilation().governance(governance.ref()))) {
                affected.add(governance.ref());
              }
            });
    now.governedBy()
        .forEach(
            (workload, refs) -> {
              if (moved(workload, before, now)) {
                affected.addAll(refs);
              }
            });
    return affected;
  }

  private static boolean moved(WorkloadRef workload, State before, State now) {
    return !Objects.equals(
            before.compilation().workloads().get(workload),
            now.compilation().workloads().get(workload))
        || !before.world().podsOf(workload).equals(now.world().podsOf(workload))
        || !services(before.world(), workload).equals(services(now.world(), workload));
  }

  private static Set<ServiceView> services(World world, WorkloadRef workload) {
    Set<ServiceView> services = new HashSet<>();
    for (ServiceView service : world.services()) {
      if (service.namespace().equals(workload.namespace())) {
        services.add(service);
      }
    }
    return services;
  }

  /** The objects whose status depends on a workload or route. */
  Set<PolicyRef> governing(WorkloadRef workload) {
    return state.governedBy().getOrDefault(workload, Set.of());
  }

  /** All objects that there are. */
  List<PolicyRef> everything() {
    return state.compilation().all().<PolicyRef>map(Governance::ref).sorted().toList();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
