package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.Anonymous;
import dev.weir.crds.v1alpha1.Identity;
import dev.weir.crds.v1alpha1.Quota;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.Tier;
import dev.weir.operator.world.PolicyRef;
import dev.weir.protocol.Snapshot;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** From a QuotaPlan to what a sidecar evaluates. */
public final class Plans {

  private Plans() {}

  /** The plan with its defaults. */
  public static Snapshot.Plan plan(PolicyRef ref, QuotaPlanSpec spec) {
    return new Snapshot.Plan(
        ref.name(),
        spec.tiers().stream()
            .map(
                tier ->
                    new Snapshot.Tier(
                        tier.name(),
                        tier.quotas().stream().map(quota -> quota(ref, tier, quota)).toList()))
            .toList(),
        Limits.onStoreFailure(spec.onStoreFailure()));
  }

  private static Snapshot.Quota quota(PolicyRef ref, Tier tier, Quota quota) {
    Snapshot.Period every = Snapshot.Period.valueOf(quota.window().every().name());
    String zone = quota.window().timeZone();
    Integer startDay = quota.window().startDay();
    return new Snapshot.Quota(
        quota.name(),
        counter(ref, tier, quota),
        Units.of(quota.unit()),
        quota.limit(),
        new Snapshot.Window(every, zone == null ? "UTC" : zone, startDay == null ? 1 : startDay));
  }

  /** Identity of a quota's counter. */
  public static String counter(PolicyRef ref, Tier tier, Quota quota) {
    String period = quota.window().every().name();
    return String.join(
            "/",
            "q",
            ref.name(),
            tier.name(),
            quota.name(),
            period.charAt(0) + period.substring(1).toLowerCase(Locale.ROOT))
        + Units.part(quota.unit());
  }

  static Snapshot.Identity identity(Identity identity) {
    List<Snapshot.ApiKeyLocation> locations =
        identity.apiKey() == null
            ? List.of()
            : identity.apiKey().in().stream()
                .map(
                    location ->
                        new Snapshot.ApiKeyLocation(
                            location.header().toLowerCase(Locale.ROOT), location.scheme()))
                .toList();
    return new Snapshot.Identity(locations, identity.anonymous() == Anonymous.ALLOW);
  }

  /** The first tier whose labels the consumer has. */
  static Optional<String> tierOf(QuotaPlanSpec spec, Map<String, String> labels) {
    for (Tier tier : spec.tiers()) {
      if (tier.consumers() == null
          || labels.entrySet().containsAll(tier.consumers().matchLabels().entrySet())) {
        return Optional.of(tier.name());
      }
    }
    return Optional.empty();
  }
}
