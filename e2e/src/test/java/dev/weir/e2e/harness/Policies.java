package dev.weir.e2e.harness;

/** Objects that several suites apply. */
public final class Policies {
  private Policies() {}

  /**
   * A fixed window on {@link DemoApp} for each value of {@code x-user-id}.
   *
   * @param more a further member of the limit in YAML's flow style, for example {@code
   *     "responseHeaders: {format: Both}"}; empty for none
   */
  public static String perUser(int limit, String per, String more) {
    return """
    apiVersion: weir.dev/v1alpha1
    kind: RateLimitPolicy
    metadata: {name: api}
    spec:
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      limits:
      - name: per-user
        key: [{header: x-user-id}]
        rates: [{limit: %d, per: %s, algorithm: FixedWindow}]
        %s
    """
        .formatted(limit, per, more);
  }

  /** A consumer's Secret, approved, with one key. */
  public static String consumer(String name, String tier, String key) {
    return """
    apiVersion: v1
    kind: Secret
    metadata:
      name: %1$s
      labels:
        weir.dev/use: consumer
        weir.dev/consumer: %1$s
        weir.dev/approved: "true"
      annotations: {consumer.weir.dev/tier: %2$s}
    stringData: {key: %3$s}
    """
        .formatted(name, tier, key);
  }

  /** A provider's key in entry {@code token} of this Secret. */
  public static String providerKey(String secret, String key) {
    return """
    apiVersion: v1
    kind: Secret
    metadata:
      name: %s
      labels: {weir.dev/use: provider}
    stringData: {token: %s}
    """
        .formatted(secret, key);
  }

  /**
   * A route of {@link DemoApp} on port 15080 for everyone, to one provider {@code mock} with the
   * key of Secret {@code mock}, with model {@code gpt-4o} at 2.50 and 10.00 USD.
   */
  public static String llmRoute(String name, String baseUrl) {
    return """
    apiVersion: weir.dev/v1alpha1
    kind: LlmRoute
    metadata: {name: %s}
    spec:
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      listener: {port: 15080, exposure: Cluster}
      identity: {apiKey: {in: [{header: authorization, scheme: Bearer}]}}
      providers:
      - name: mock
        type: OpenAICompatible
        baseUrl: %s
        auth: {secretRefs: [{name: mock, key: token}]}
      models:
      - name: gpt-4o
        aliases: [default]
        price: {currency: USD, per: 1000000, input: "2.50", output: "10.00"}
        backends: [{provider: mock, model: provider-gpt-4o}]
    """
        .formatted(name, baseUrl);
  }
}
