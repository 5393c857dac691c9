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
}
