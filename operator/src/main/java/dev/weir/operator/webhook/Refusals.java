package dev.weir.operator.webhook;

import dev.weir.operator.inject.Decision;
import io.fabric8.kubernetes.api.model.Pod;

/** Tells people about pods that asked for a sidecar and got none. Must not block. */
@FunctionalInterface
public interface Refusals {
  /** The pod is admitted, but not written yet: it may have no name. */
  void report(String namespace, Pod pod, Decision decision);
}
