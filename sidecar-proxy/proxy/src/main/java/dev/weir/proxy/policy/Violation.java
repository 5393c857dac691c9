package dev.weir.proxy.policy;

import dev.weir.protocol.Snapshot.Unit;

/**
 * Why a request was limited: of the limits that did not admit it the one with the longest wait, a
 * quota before any rate.
 *
 * @param policy {@code Kind/name}
 * @param limit the limit's name; for a quota {@code tier/quota}
 * @param quota whether it is a quota, so that trying again soon is useless
 * @param allowed units per window
 * @param window for people, such as {@code 1m} or {@code month}
 * @param retryMicros until one unit is left again
 * @param detail a sentence for people
 */
public record Violation(
    String policy,
    String limit,
    boolean quota,
    Unit unit,
    long allowed,
    String window,
    long retryMicros,
    String detail) {}
