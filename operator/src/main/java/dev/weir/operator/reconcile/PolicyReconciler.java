package dev.weir.operator.reconcile;

import dev.weir.operator.world.PolicyRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.function.Function;

/** What all kinds' reconcilers do: have the status looked at. Writing is the writer's business. */
abstract sealed class PolicyReconciler<P extends HasMetadata> implements Reconciler<P>
    permits RateLimitPolicyReconciler, QuotaPlanReconciler, LlmRouteReconciler {

  private final StatusDesk desk;
  private final Rechecks<P> rechecks;
  private final Function<P, PolicyRef> ref;

  PolicyReconciler(StatusDesk desk, Rechecks<P> rechecks, Function<P, PolicyRef> ref) {
    this.desk = desk;
    this.rechecks = rechecks;
    this.ref = ref;
  }

  @Override
  public UpdateControl<P> reconcile(P object, Context<P> context) {
    UpdateControl<P> done = UpdateControl.noUpdate();
    desk.refresh(ref.apply(object)).ifPresent(done::rescheduleAfter);
    return done;
  }

  @Override
  public List<EventSource<?, P>> prepareEventSources(EventSourceContext<P> context) {
    return List.of(rechecks);
  }

  static Function<HasMetadata, PolicyRef> named(String kind) {
    return object ->
        new PolicyRef(kind, object.getMetadata().getNamespace(), object.getMetadata().getName());
  }
}
