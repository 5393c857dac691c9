package dev.weir.proxy.policy;

import dev.weir.limits.Counter;
import dev.weir.protocol.Snapshot.FailureAction;
import dev.weir.protocol.Snapshot.HeaderFormat;
import dev.weir.protocol.Snapshot.ResetFormat;

/**
 * One number that a request is held against: a rate of a limit or a quota of a tier.
 *
 * @param policy {@code Kind/name}
 * @param limit the limit's name, or {@code tier/quota}
 * @param item the name in {@code RateLimit} fields, unique within the snapshot
 * @param window the period, for people
 * @param windowSeconds the period for {@code w}; 0 where it has no fixed length
 */
record Bound(
    String policy,
    String limit,
    String item,
    Counter counter,
    FailureAction onFailure,
    HeaderFormat headers,
    ResetFormat reset,
    String window,
    long windowSeconds,
    Counts.Count count) {

  long quota() {
    return counter.spec().limit();
  }

  boolean ietf() {
    return headers == HeaderFormat.IETF || headers == HeaderFormat.BOTH;
  }

  boolean xRateLimit() {
    return headers == HeaderFormat.X_RATE_LIMIT || headers == HeaderFormat.BOTH;
  }

  /** The item of {@code RateLimit-Policy}. */
  String policyItem() {
    return '"' + item + "\";q=" + quota() + (windowSeconds > 0 ? ";w=" + windowSeconds : "");
  }
}
