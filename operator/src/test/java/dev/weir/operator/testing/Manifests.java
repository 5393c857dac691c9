package dev.weir.operator.testing;

/** What a user applies, as YAML without a namespace, for the Deployment {@code api}. */
public final class Manifests {
  private Manifests() {}

  /** A hundred requests an hour for each user. */
  public static final String POLICY =
      """
      apiVersion: weir.dev/v1alpha1
      kind: RateLimitPolicy
      metadata: {name: api}
      spec:
        targetRefs: [{group: apps, kind: Deployment, name: api}]
        limits:
        - {name: per-user, key: [{header: x-user}], rates: [{limit: 100, per: 1h, algorithm: FixedWindow}]}
      """;

  /** Ten requests a month for each consumer with an API key. */
  public static final String PLAN =
      """
      apiVersion: weir.dev/v1alpha1
      kind: QuotaPlan
      metadata: {name: public}
      spec:
        targetRefs: [{group: apps, kind: Deployment, name: api}]
        identity: {apiKey: {in: [{header: x-api-key}]}}
        subject: {consumer: {}}
        tiers:
        - name: all
          quotas: [{name: monthly, unit: Requests, limit: 10, window: {every: Month, timeZone: Europe/Berlin}}]
      """;

  /** The Secret of a consumer that is approved. */
  public static final String CONSUMER =
      """
      apiVersion: v1
      kind: Secret
      metadata:
        name: acme
        labels: {weir.dev/use: consumer, weir.dev/consumer: acme, weir.dev/approved: "true"}
      stringData: {key: s3cret}
      """;
}
