package dev.weir.proxy.llm;

import dev.weir.protocol.Snapshot;
import dev.weir.proxy.policy.RouteRules;
import dev.weir.proxy.upstream.Endpoint;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where each model of a route is asked, worked out once for a snapshot. Immutable. */
final class Backends {
  private static final String CHAT = "/chat/completions";

  private final RouteRules rules;
  private final Map<String, Backend> byName = new HashMap<>();

  Backends(RouteRules rules) {
    this.rules = rules;
    Map<String, Snapshot.Provider> providers = new HashMap<>();
    rules.route().providers().forEach(provider -> providers.put(provider.name(), provider));
    for (Snapshot.Model model : rules.route().models()) {
      Snapshot.Provider provider =
          Objects.requireNonNull(
              providers.get(model.provider()),
              "a snapshot whose model has no provider was not refused");
      byName.put(
          model.name(),
          new Backend(
              model,
              provider,
              rules.providerKey(provider),
              Endpoint.of(provider.baseUrl()),
              Objects.requireNonNullElse(URI.create(provider.baseUrl()).getRawPath(), "") + CHAT));
    }
    for (Snapshot.Model model : rules.route().models()) {
      Backend named = Objects.requireNonNull(byName.get(model.name()));
      model.aliases().forEach(alias -> byName.putIfAbsent(alias, named));
    }
  }

  /** Whether these are of the rules that are in force. */
  boolean areOf(RouteRules inForce) {
    return rules == inForce;
  }

  RouteRules rules() {
    return rules;
  }

  /** By a model's name or alias; null if there is none. */
  @Nullable Backend find(String name) {
    return byName.get(name);
  }

  /**
   * A model and who answers for it.
   *
   * @param key null where the provider needs none, and where it needs one that is missing
   * @param path of the API at the endpoint
   */
  record Backend(
      Snapshot.Model model,
      Snapshot.Provider provider,
      @Nullable String key,
      Endpoint endpoint,
      String path) {

    /** Hides the key. */
    @Override
    public String toString() {
      return model.name() + " of " + provider.name();
    }
  }
}
