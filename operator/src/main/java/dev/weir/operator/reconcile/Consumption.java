package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.LimitStatus;
import dev.weir.crds.v1alpha1.RateLimitPolicyStatus;
import dev.weir.operator.stream.Sidecar;
import dev.weir.operator.usage.LimitTotals;
import dev.weir.operator.usage.LimitTotals.Count;
import dev.weir.operator.usage.PlanUsage;
import dev.weir.operator.usage.UsagePoller;
import dev.weir.operator.world.Declared;
import dev.weir.operator.world.PodView;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.World;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What traffic used, for statuses: limits by what sidecars report, quotas by the shared store,
 * which is asked where a report says that something moved. Thread-safe.
 */
final class Consumption {

  private volatile @Nullable UsagePoller poller;
  private volatile LimitTotals totals = new LimitTotals(Instant.EPOCH);

  /** Counts anew from what statuses say, as a leader since {@code now}. */
  void begin(Instant now) {
    totals = new LimitTotals(now);
  }

  /** Reads quotas from now on; without a shared store there is nothing to read. */
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
   */
  void observe(Sidecar sidecar, @Nullable Instant started) {
    UsagePoller known = poller;
    for (String policy : totals.observe(sidecar, started)) {
      if (known != null && policy.startsWith(PolicyRef.QUOTA_PLAN + "/")) {
        known.touch(
            new PolicyRef(
                PolicyRef.QUOTA_PLAN,
                sidecar.pod().namespace(),
                policy.substring(policy.indexOf('/') + 1)));
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

  /** Usage of a plan's quotas, as far as it was read. */
  PlanUsage quotas(PolicyRef plan) {
    UsagePoller known = poller;
    return known == null ? PlanUsage.UNKNOWN : known.of(plan);
  }

  /** Forgets the sidecars of pods that are gone. */
  void retain(World world) {
    totals.retain(world.pods().values().stream().flatMap(List::stream).map(PodView::ref).toList());
  }
}
