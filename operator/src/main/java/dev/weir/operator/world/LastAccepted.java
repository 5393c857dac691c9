package dev.weir.operator.world;

/**
 * The last spec of an object that was accepted, as its ControllerRevision keeps it.
 *
 * @param namespace where the object and the ControllerRevision are
 * @param name of the ControllerRevision
 * @param ownerUid uid of the object
 * @param generation of the object when it had this spec
 * @param spec JSON
 */
public record LastAccepted(
    String namespace, String name, String ownerUid, long generation, String spec) {

  /**
   * Whether it may speak for the object. Anyone who may create ControllerRevisions somewhere can
   * name any owner in one: what is in another namespace, or ahead of the object, is not ours.
   */
  boolean isOf(Declared<?, ?> object) {
    return ownerUid.equals(object.uid())
        && namespace.equals(object.ref().namespace())
        && generation <= object.generation();
  }
}
