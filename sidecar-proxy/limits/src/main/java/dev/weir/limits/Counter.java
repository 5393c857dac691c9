package dev.weir.limits;

/**
 * A family of counters, one per subject.
 *
 * @param id identity within the namespace; {@code spec} is not part of it, so that a changed limit
 *     keeps what was used
 * @param indexed whether the store keeps an index of subjects per period for {@link UsageReader}
 */
public record Counter(String id, LimitSpec spec, boolean indexed) {}
