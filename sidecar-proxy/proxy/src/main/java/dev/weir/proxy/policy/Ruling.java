package dev.weir.proxy.policy;

/** What the rules say of a request, before any counter was asked. */
public sealed interface Ruling permits Ruling.Refused, Charged {

  /** It does not pass, and nothing is charged. */
  record Refused(Problem problem) implements Ruling {}
}
