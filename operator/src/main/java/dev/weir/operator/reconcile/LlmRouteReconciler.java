package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.LlmRoute;
import dev.weir.operator.world.PolicyRef;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;

/** JOSDK's controller for LlmRoute. */
@ControllerConfiguration(name = "llmroute")
final class LlmRouteReconciler extends PolicyReconciler<LlmRoute> {

  LlmRouteReconciler(StatusDesk desk, Rechecks<LlmRoute> rechecks) {
    super(desk, rechecks, named(PolicyRef.LLM_ROUTE)::apply);
  }
}
