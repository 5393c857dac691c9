package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.RateLimitPolicy;
import dev.weir.operator.world.PolicyRef;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;

/** JOSDK's controller for RateLimitPolicy. */
@ControllerConfiguration(name = "ratelimitpolicy")
final class RateLimitPolicyReconciler extends PolicyReconciler<RateLimitPolicy> {

  RateLimitPolicyReconciler(StatusDesk desk, Rechecks<RateLimitPolicy> rechecks) {
    super(desk, rechecks, named(PolicyRef.RATE_LIMIT_POLICY)::apply);
  }
}
