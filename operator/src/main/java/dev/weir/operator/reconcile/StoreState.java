package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.StoreMode;
import dev.weir.crds.v1alpha1.StoreStatus;
import dev.weir.operator.stream.Sidecar;
import dev.weir.protocol.FromSidecar.StoreHealth;
import org.jspecify.annotations.Nullable;

/** Where the counters are and whether they answer, as the sidecars of the targets see it. */
record StoreState(StoreMode mode, String message) {

  /**
   * @param readError why the operator could not read usage, null if it could
   */
  static StoreState of(Enforcement enforcement, Observation seen, @Nullable String readError) {
    if (!seen.shared()) {
      return new StoreState(
          StoreMode.LOCAL,
          "no Redis is configured: limits and quotas hold for each pod alone, and used amounts are"
              + " not shown");
    }
    for (Enforcement.PodState pod : enforcement.pods()) {
      Sidecar sidecar = seen.heard(pod.pod()).orElse(null);
      StoreHealth store = sidecar == null ? null : sidecar.store();
      if (store != null && store.shared() && !store.available()) {
        return new StoreState(
            StoreMode.UNAVAILABLE,
            "pod %s cannot reach Redis, limits act by onStoreFailure: %s"
                .formatted(pod.name(), store.error() == null ? "no answer" : store.error()));
      }
    }
    return readError == null
        ? new StoreState(StoreMode.SHARED, "counters are shared by all pods")
        : new StoreState(
            StoreMode.UNAVAILABLE, "the operator cannot read usage from Redis: " + readError);
  }

  StoreStatus status() {
    return new StoreStatus(mode);
  }

  Finding finding(long generation) {
    String reason =
        switch (mode) {
          case SHARED -> "Shared";
          case LOCAL -> "Local";
          case UNAVAILABLE -> "Unavailable";
        };
    return new Finding(
        "StoreAvailable", mode != StoreMode.UNAVAILABLE, reason, message, generation);
  }
}
