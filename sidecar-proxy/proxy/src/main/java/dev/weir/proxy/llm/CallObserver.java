package dev.weir.proxy.llm;

import dev.weir.proxy.policy.Tokens;

/** Hears what happens to calls, for metrics. Called on event loops; must not block. */
public interface CallObserver {

  /** The provider of calls that ended before it was clear whom to ask. */
  String NO_PROVIDER = "none";

  /** A call began, or ended and is settled. */
  void calls(int change);

  /**
   * A call ended.
   *
   * @param provider {@link #NO_PROVIDER} or one of the route's
   */
  void ended(String route, String provider, CallEnding ending);

  /** The counters took this long to decide. */
  void decided(long nanos);

  /** From the reach for the provider to the head of its answer. */
  void answered(String route, String provider, long nanos);

  /** A call used so many tokens. */
  void used(String route, String model, Tokens tokens, boolean estimated);

  /** A client went away and its answer is read on, or is no longer. */
  void drains(int change);
}
