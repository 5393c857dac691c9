package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.LlmProvider;
import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.ProviderState;
import dev.weir.operator.compile.Governance;
import dev.weir.protocol.FromSidecar.ProviderHealth;
import java.util.ArrayList;
import java.util.List;

/**
 * How a route's providers are, seen from the sidecars that serve the route.
 *
 * @param names of all providers, in the order of the spec
 * @param seen what each sidecar said of each provider that it has called
 */
record ProviderHealths(List<String> names, List<Seen> seen) {

  /** One sidecar's word. */
  record Seen(String pod, ProviderHealth health) {}

  private static final int FAILURES = 3;

  static ProviderHealths of(
      Governance<LlmRouteSpec> governance, Enforcement enforcement, Observation observation) {
    LlmRouteSpec spec = governance.verdict().inForce();
    List<Seen> seen = new ArrayList<>();
    for (Enforcement.PodState pod : enforcement.pods()) {
      observation
          .heard(pod.pod())
          .ifPresent(
              sidecar ->
                  sidecar.providers().stream()
                      .filter(health -> health.route().equals(governance.ref().name()))
                      .forEach(health -> seen.add(new Seen(pod.name(), health))));
    }
    return new ProviderHealths(
        spec == null ? List.of() : spec.providers().stream().map(LlmProvider::name).toList(),
        List.copyOf(seen));
  }

  private List<Seen> of(String provider) {
    return seen.stream().filter(one -> one.health().provider().equals(provider)).toList();
  }

  ProviderState state(String provider) {
    List<Seen> views = of(provider);
    if (views.stream().anyMatch(ProviderHealths::failing)) {
      return ProviderState.FAILING;
    }
    return views.stream().anyMatch(view -> view.health().rateLimited())
        ? ProviderState.RATE_LIMITED
        : ProviderState.HEALTHY;
  }

  long p95Millis(String provider) {
    return of(provider).stream().mapToLong(view -> view.health().p95Millis()).max().orElse(0);
  }

  long notFailing() {
    return names.stream().filter(name -> state(name) != ProviderState.FAILING).count();
  }

  private static boolean failing(Seen view) {
    return view.health().failures() >= FAILURES;
  }

  Finding finding(long generation) {
    List<String> failing = new ArrayList<>();
    for (String name : names) {
      of(name).stream()
          .filter(ProviderHealths::failing)
          .findFirst()
          .ifPresent(view -> failing.add(text(view)));
    }
    return failing.isEmpty()
        ? new Finding(
            "ProvidersReady", true, "ProvidersReady", "no provider is failing", generation)
        : new Finding(
            "ProvidersReady", false, "ProviderFailing", String.join("; ", failing), generation);
  }

  /** Without the number of failures, which would make a new condition of each call. */
  private static String text(Seen view) {
    String error = view.health().error();
    return "provider %s fails for pod %s: %s"
        .formatted(view.health().provider(), view.pod(), error == null ? "no reason given" : error);
  }
}
