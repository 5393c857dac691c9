package dev.weir.proxy.policy;

import dev.weir.protocol.Snapshot;
import dev.weir.proxy.identity.KeyDigest;
import dev.weir.proxy.inbound.Head;
import org.jspecify.annotations.Nullable;

/** One LLM route of a snapshot in the form in which it decides calls. Immutable, thread-safe. */
@SuppressWarnings("DoNotCallSuggester") // contract only
public final class RouteRules {
  private final Snapshot.Route route;

  RouteRules(Snapshot.Route route) {
    this.route = route;
  }

  /** The route as the operator sent it. */
  public Snapshot.Route route() {
    return route;
  }

  /** The snapshot's revision. */
  public String revision() {
    throw new UnsupportedOperationException();
  }

  /** The provider's API key; null where it needs none, and where it needs one that is missing. */
  public @Nullable String providerKey(Snapshot.Provider provider) {
    throw new UnsupportedOperationException();
  }

  /** Who calls, and what a call is held against. Nothing is taken yet. */
  public Ruling rule(Head head, KeyDigest digest) {
    throw new UnsupportedOperationException();
  }

  /**
   * Charges what a call used, to its limits and quotas and to the route's ledger; to be called once
   * for each call that was admitted, however it ended.
   *
   * @param charged what {@link #rule} returned for it
   */
  public void settle(Charged charged, Settlement settlement) {
    throw new UnsupportedOperationException();
  }
}
