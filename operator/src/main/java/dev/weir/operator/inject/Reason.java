package dev.weir.operator.inject;

/** Why a pod did or did not get the sidecar. */
public enum Reason {
  /** The sidecar took over the captured port's name. */
  INJECTED("Injected", Effect.INJECT),
  /** The sidecar is there, but a port without a name cannot be taken over by name. */
  PORT_NOT_NAMED("PortNotNamed", Effect.INJECT),
  /** The sidecar was there before, as in a second call by the API server. */
  ALREADY_INJECTED("AlreadyInjected", Effect.SKIP),
  /** A mark on the pod says {@code "false"}. */
  OPTED_OUT("OptedOut", Effect.SKIP),
  /** Nothing says {@code "true"}. */
  NOT_OPTED_IN("NotOptedIn", Effect.SKIP),
  /** {@code kube-system} or the operator's own namespace. */
  SYSTEM_NAMESPACE("SystemNamespace", Effect.SKIP),
  /** The kubelet's image of a pod that it read from a file. */
  STATIC_POD("StaticPod", Effect.REFUSE),
  /** The sidecar's ports would be the node's. */
  HOST_NETWORK("HostNetwork", Effect.REFUSE),
  /** The sidecar is a Linux container. */
  WINDOWS("Windows", Effect.REFUSE),
  /** A container has one of the sidecar's ports. */
  PORT_CLASH("PortClash", Effect.REFUSE),
  /** A container runs as the sidecar's user. */
  UID_CLASH("UidClash", Effect.REFUSE),
  /** A container or volume has one of the sidecar's names. */
  NAME_CLASH("NameClash", Effect.REFUSE),
  /** There is no such TCP port, or none at all. */
  NO_SUCH_PORT("NoSuchPort", Effect.REFUSE),
  /** Several ports would do. */
  AMBIGUOUS_PORT("AmbiguousPort", Effect.REFUSE);

  private final String text;
  private final Effect effect;

  Reason(String text, Effect effect) {
    this.text = text;
    this.effect = effect;
  }

  /** As in {@link Marks#STATUS}, Events and metrics. */
  public String text() {
    return text;
  }

  /** Whether the sidecar is put into the pod now. */
  public boolean injects() {
    return effect == Effect.INJECT;
  }

  /** Whether the pod opted in and is admitted without a sidecar nevertheless. */
  public boolean refuses() {
    return effect == Effect.REFUSE;
  }

  private enum Effect {
    INJECT,
    SKIP,
    REFUSE
  }
}
