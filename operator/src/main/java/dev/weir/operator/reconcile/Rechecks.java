package dev.weir.operator.reconcile;

import dev.weir.operator.world.PolicyRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Set;

/**
 * An event source for what JOSDK does not see: recompilations, acknowledgements, usage, silence.
 * Thread-safe.
 */
final class Rechecks<P extends HasMetadata> extends AbstractEventSource<PolicyRef, P> {

  Rechecks(String name) {
    super(PolicyRef.class, name);
  }

  /** Has the object reconciled soon; events of one object that come together make one. */
  void recheck(PolicyRef ref) {
    if (isRunning()) {
      getEventHandler().handleEvent(new Event(new ResourceID(ref.name(), ref.namespace())));
    }
  }

  @Override
  public Set<PolicyRef> getSecondaryResources(P primary) {
    return Set.of();
  }
}
