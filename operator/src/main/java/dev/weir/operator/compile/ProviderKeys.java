package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.LlmProvider;
import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.SecretKeyRef;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.ProviderSecret;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys of one route's providers. A Secret is found only with its label, so that nobody who may
 * write routes can have another Secret of the namespace sent to a URL of their own.
 *
 * @param byProvider what was found
 * @param unresolved what was not: which field, which Secret, and what to do
 */
record ProviderKeys(Map<String, String> byProvider, List<String> unresolved) {

  static ProviderKeys of(PolicyRef route, LlmRouteSpec spec, Collection<ProviderSecret> secrets) {
    Map<String, String> found = new TreeMap<>();
    List<String> unresolved = new ArrayList<>();
    for (LlmProvider provider : spec.providers()) {
      if (provider.auth() != null) {
        SecretKeyRef ref = provider.auth().secretRefs().getFirst();
        String problem = resolve(route, provider.name(), ref, secrets, found);
        if (!problem.isEmpty()) {
          unresolved.add(
              "spec.providers[%s].auth.secretRefs[0]: %s; until then its calls are refused"
                  .formatted(provider.name(), problem));
        }
      }
    }
    return new ProviderKeys(found, List.copyOf(unresolved));
  }

  /** Returns what is wrong, or nothing. */
  private static String resolve(
      PolicyRef route,
      String provider,
      SecretKeyRef ref,
      Collection<ProviderSecret> secrets,
      Map<String, String> found) {
    ProviderSecret secret =
        secrets.stream()
            .filter(s -> s.namespace().equals(route.namespace()) && s.name().equals(ref.name()))
            .findFirst()
            .orElse(null);
    if (secret == null) {
      return "there is no Secret %s with the label weir.dev/use: provider in namespace %s; create"
              .formatted(ref.name(), route.namespace())
          + " it, or kubectl label secret %s weir.dev/use=provider if it is there"
              .formatted(ref.name());
    }
    String value = secret.values().get(ref.key());
    if (value == null || value.isEmpty()) {
      return "Secret %s has nothing under the key %s; write the provider's API key there"
          .formatted(ref.name(), ref.key());
    }
    if (!value.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      return "Secret %s holds under the key %s what no header field can carry; write the API key alone"
          .formatted(ref.name(), ref.key());
    }
    found.put(provider, value);
    return "";
  }
}
