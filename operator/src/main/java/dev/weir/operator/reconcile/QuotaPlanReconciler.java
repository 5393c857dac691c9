package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.QuotaPlan;
import dev.weir.operator.world.PolicyRef;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;

/** JOSDK's controller for QuotaPlan. */
@ControllerConfiguration(name = "quotaplan")
final class QuotaPlanReconciler extends PolicyReconciler<QuotaPlan> {

  QuotaPlanReconciler(StatusDesk desk, Rechecks<QuotaPlan> rechecks) {
    super(desk, rechecks, named(PolicyRef.QUOTA_PLAN)::apply);
  }
}
