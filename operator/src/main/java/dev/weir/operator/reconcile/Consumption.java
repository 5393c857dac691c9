package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.LimitStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import dev.weir.operator.stream.Sidecar;
import dev.weir.operator.usage.CounterUsage;
import dev.weir.operator.usage.LimitTotals;
import dev.weir.operator.usage.LimitTotals.Count;
import dev.weir.operator.usage.UsagePoller;
import dev.weir.operator.world.Declared;
import dev.weir.operator.world.PodView;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.operator.world.World;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What traffic used, for statuses: limits by what sidecars report, quotas and the ledgers of routes
 * by the shared store, which is asked where a report says that something moved. Thread-safe.
 */
final class Consumption {

  private volatile @Nullable UsagePoller poller;
  private volatile LimitTotals totals = new LimitTotals(Instant.EPOCH);

  /** Counts anew from what statuses say, as a leader since {@code now}. */
  void begin(Instant now) {
    totals = new LimitTotals(now);
  }

  /** Reads quotas and ledgers from now on; without a shared store there is nothing to read. */
  void read(UsagePoller fromStore) {
    poller = fromStore;
  }

  /** Reads what is due; to be called about each second. */
  void tick() {
    UsagePoller known = poller;
    if (known != null) {
      known.tick();
    }
  }

  /**
   * Takes a sidecar's report.
   *
   * @param started when its container started; null if that is not known
   * @param governing the objects that name a route: a call that is settled moves their counters too
   */
  void observe(
      Sidecar sidecar, @Nullable Instant started, Function<WorkloadRef, Set<PolicyRef>> governing) {
    UsagePoller known = poller;
    for (String key : totals.observe(sidecar, started)) {
      int slash = key.indexOf('/');
      if (known != null && slash > 0) {
        PolicyRef moved =
            new PolicyRef(
                key.substring(0, slash), sidecar.pod().namespace(), key.substring(slash + 1));
        known.touch(moved);
        if (moved.kind().equals(PolicyRef.LLM_ROUTE)) {
          governing.apply(WorkloadRef.of(moved)).forEach(known::touch);
        }
      }
    }
  }

  /**
   * Totals of a policy's limits.
   *
   * @param before its status until now, which holds what earlier operators counted
   */
  Map<String, Count> limits(
      Declared<?, ?> policy, @Nullable RateLimitPolicyStatus before, List<String> names) {
    Map<String, Count> inStatus = new HashMap<>();
    if (before != null && before.limits() != null) {
      for (LimitStatus limit : before.limits()) {
        inStatus.put(limit.name(), new Count(limit.allowed(), limit.limited()));
      }
    }
    return totals.of(policy.ref().namespace(), policy.ref().key(), policy.uid(), inStatus, names);
  }

  /** Usage of a plan's quotas or a route's ledger, as far as it was read. */
  CounterUsage counters(PolicyRef ref) {
    UsagePoller known = poller;
    return known == null ? CounterUsage.UNKNOWN : known.of(ref);
  }

  /** Forgets the sidecars of pods that are gone. */
  void retain(World world) {
    totals.retain(world.pods().values().stream().flatMap(List::stream).map(PodView::ref).toList());
  }
}
