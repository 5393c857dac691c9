package dev.weir.operator.status;

import dev.weir.crds.v1alpha1.Condition;
import dev.weir.operator.world.PolicyRef;

/** What the writer needs of the API server; calls block. */
interface StatusClient {

  /**
   * Replaces the whole status.
   *
   * @return the object's new resourceVersion
   * @throws Gone if the object is not there any more, or another object has its name
   */
  String apply(PolicyRef ref, String uid, Object status);

  /** Tells people that a condition changed. */
  void event(PolicyRef ref, String uid, Condition condition);

  /** The object is gone. */
  final class Gone extends RuntimeException {
    Gone(PolicyRef ref) {
      super(ref + " is gone");
    }
  }
}
