package dev.weir.proxy.llm;

import dev.weir.protocol.FromSidecar.ProviderHealth;
import dev.weir.protocol.Snapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The providers of all routes that were called. Thread-safe. */
public final class Providers {
  private final Map<Name, ProviderCondition> conditions = new ConcurrentHashMap<>();

  /** How this provider is; made on the first call. */
  ProviderCondition of(String route, String provider) {
    return conditions.computeIfAbsent(
        new Name(route, provider), name -> new ProviderCondition(route, provider));
  }

  /** Forgets providers that no route has any more. */
  public void keep(List<Snapshot.Route> routes) {
    Set<Name> known = new HashSet<>();
    for (Snapshot.Route route : routes) {
      route.providers().forEach(provider -> known.add(new Name(route.name(), provider.name())));
    }
    conditions.keySet().retainAll(known);
  }

  /** For the report to the operator. */
  public List<ProviderHealth> health() {
    return conditions.values().stream().map(ProviderCondition::health).toList();
  }

  private record Name(String route, String provider) {}
}
