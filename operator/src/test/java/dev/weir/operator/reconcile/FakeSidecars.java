package dev.weir.operator.reconcile;

import dev.weir.operator.compile.CompiledWorkload;
import dev.weir.operator.compile.SnapshotSink;
import dev.weir.operator.stream.Sidecar;
import dev.weir.operator.stream.Sidecars;
import dev.weir.operator.world.PodRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.FromSidecar.LimitCount;
import dev.weir.protocol.FromSidecar.ProviderHealth;
import dev.weir.protocol.FromSidecar.StoreHealth;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Sidecars that say what the test says; heard just now, whenever one asks. */
final class FakeSidecars implements Sidecars, SnapshotSink {

  private record State(
      @Nullable String acked,
      @Nullable String refusal,
      List<LimitCount> counts,
      List<ProviderHealth> providers) {}

  private final Map<PodRef, State> states = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile Map<WorkloadRef, CompiledWorkload> published = Map.of();

  @Override
  public void publish(Map<WorkloadRef, CompiledWorkload> all) {
    published = all;
  }

  @Nullable CompiledWorkload published(WorkloadRef workload) {
    return published.get(workload);
  }

  void say(PodRef pod, @Nullable String acked, @Nullable String refusal, List<LimitCount> counts) {
    say(pod, acked, refusal, counts, List.of());
  }

  void say(
      PodRef pod,
      @Nullable String acked,
      @Nullable String refusal,
      List<LimitCount> counts,
      List<ProviderHealth> providers) {
    states.put(pod, new State(acked, refusal, counts, providers));
    listeners.forEach(listener -> listener.changed(pod));
  }

  @Override
  public Map<PodRef, Sidecar> connected() {
    Map<PodRef, Sidecar> all = new HashMap<>();
    states.forEach(
        (pod, state) ->
            all.put(
                pod,
                new Sidecar(
                    pod,
                    "incarnation",
                    "test",
                    Instant.now(),
                    state.acked(),
                    state.refusal(),
                    new StoreHealth(false, true, null),
                    state.counts(),
                    state.providers())));
    return all;
  }

  @Override
  public void onChange(Listener listener) {
    listeners.add(listener);
  }
}
