package dev.weir.operator.world;

import java.util.Comparator;
import java.util.List;

/**
 * An object of one of our kinds.
 *
 * @param kind {@link #RATE_LIMIT_POLICY}, {@link #QUOTA_PLAN} or {@link #LLM_ROUTE}
 */
public record PolicyRef(String kind, String namespace, String name)
    implements Comparable<PolicyRef> {

  public static final String RATE_LIMIT_POLICY = "RateLimitPolicy";
  public static final String QUOTA_PLAN = "QuotaPlan";
  public static final String LLM_ROUTE = "LlmRoute";

  /** All kinds. */
  public static final List<String> KINDS = List.of(RATE_LIMIT_POLICY, QUOTA_PLAN, LLM_ROUTE);

  private static final Comparator<PolicyRef> ORDER =
      Comparator.comparing(PolicyRef::namespace)
          .thenComparing(PolicyRef::name)
          .thenComparing(PolicyRef::kind);

  /** {@code Kind/name}, as sidecars name it in {@link dev.weir.protocol.FromSidecar.LimitCount}. */
  public String key() {
    return kind + "/" + name;
  }

  @Override
  public int compareTo(PolicyRef other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return namespace + "/" + kind + "/" + name;
  }
}
