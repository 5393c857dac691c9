package dev.weir.proxy.policy;

import dev.weir.limits.Charge;
import dev.weir.limits.Store;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.Snapshot;
import dev.weir.proxy.config.RefusedException;
import dev.weir.proxy.identity.KeyDigest;
import dev.weir.proxy.inbound.Head;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One LLM route of a snapshot in the form in which it decides calls. Immutable, thread-safe. */
public final class RouteRules {
  private final Snapshot.Route route;
  private final Rules rules;
  private final Ledger ledger;
  private final Map<String, String> providerKeys;
  private final Supplier<Store> storeInUse;
  private final Counts.Count settled;

  private RouteRules(
      Snapshot.Route route,
      Rules rules,
      Ledger ledger,
      Map<String, String> providerKeys,
      Supplier<Store> storeInUse,
      Counts.Count settled) {
    this.route = route;
    this.rules = rules;
    this.ledger = ledger;
    this.providerKeys = providerKeys;
    this.storeInUse = storeInUse;
    this.settled = settled;
  }

  /**
   * Compiles one route of an update.
   *
   * @param store decides calls
   * @param storeInUse takes what they used; a call may outlive the store that decided it
   * @throws RefusedException when the route cannot be honoured
   */
  static RouteRules compile(
      Snapshot.Route route,
      FromOperator.Update update,
      Store store,
      Supplier<Store> storeInUse,
      Counts counts)
      throws RefusedException {
    Scope scope = Scope.route(route);
    if (scope.identity() == null) {
      throw new RefusedException(scope.name() + " has no identity, and nobody may call it then");
    }
    Ledger ledger = Ledger.compile(route);
    Map<String, String> keys = new HashMap<>();
    for (Snapshot.Provider provider : route.providers()) {
      String key = update.secrets().providerKeys().get(route.name() + '/' + provider.name());
      if (provider.authenticated() && key != null) {
        keys.put(provider.name(), key);
      }
    }
    return new RouteRules(
        route,
        Rules.compile(scope, update, store, counts),
        ledger,
        Map.copyOf(keys),
        storeInUse,
        counts.of(scope.name(), "settled"));
  }

  /** The route as the operator sent it. */
  public Snapshot.Route route() {
    return route;
  }

  /** The snapshot's revision. */
  public String revision() {
    return rules.revision();
  }

  /** The provider's API key; null where it needs none, and where it needs one that is missing. */
  public @Nullable String providerKey(Snapshot.Provider provider) {
    return providerKeys.get(provider.name());
  }

  /** Who calls, and what a call is held against. Nothing is taken yet. */
  public Ruling rule(Head head, KeyDigest digest) {
    return rules.rule(head, digest);
  }

  /**
   * Charges what a call used, to its limits and quotas and to the route's ledger; to be called once
   * for each call that was admitted and then reached for a provider, however it ended.
   *
   * @param charged what {@link #rule} returned for it
   */
  public void settle(Charged charged, Settlement settlement) {
    DisjointTokens tokens = DisjointTokens.of(settlement.tokens());
    List<Charge> charges = charged.settling(tokens);
    ledger.add(charges, settlement, tokens);
    storeInUse.get().settle(charges);
    // After the store, so that whoever reads the count finds the charges there.
    settled.allowed.increment();
  }
}
