package dev.weir.limits;

/**
 * A family of counters, one per subject.
 *
 * @param id identity within the namespace; {@code spec} is not part of it, so that a changed limit
 *     keeps what was used. Another kind of spec wants another id.
 * @param indexed whether the store keeps an index of subjects per period for {@link UsageReader};
 *     windows only
 */
public record Counter(String id, LimitSpec spec, boolean indexed) {
  public Counter {
    if (indexed && spec instanceof LimitSpec.TokenBucket) {
      throw new IllegalArgumentException(
          "counter " + id + " is a token bucket: it has no periods and can't be indexed");
    }
  }
}
