package dev.weir.proxy.policy;

import dev.weir.limits.Counter;
import dev.weir.limits.LimitSpec;
import dev.weir.protocol.Snapshot.FailureAction;
import dev.weir.protocol.Snapshot.HeaderFormat;
import dev.weir.protocol.Snapshot.ResetFormat;
import dev.weir.protocol.Snapshot.Unit;
import java.util.Objects;

/**
 * One number that a request is held against: a rate of a limit or a quota of a tier.
 *
 * @param policy {@code Kind/name}
 * @param limit the limit's name, or {@code tier/quota}
 * @param item the name in {@code RateLimit} fields, unique within the snapshot
 * @param unit what the counter counts
 * @param window the period, for people
 * @param windowSeconds the period for {@code w}; 0 where it has no fixed length
 */
record Bound(
    String policy,
    String limit,
    String item,
    Unit unit,
    Counter counter,
    FailureAction onFailure,
    HeaderFormat headers,
    ResetFormat reset,
    String window,
    long windowSeconds,
    Counts.Count count) {

  Bound {
    // An operator that is older than units sends none.
    unit = Objects.requireNonNullElse(unit, Unit.REQUESTS);
  }

  /** Units per window. */
  long allowed() {
    return counter.spec().limit();
  }

  /** Whether it is a quota, not a rate. */
  boolean isQuota() {
    return counter.spec() instanceof LimitSpec.CalendarWindow;
  }

  /** Whether it is only known afterwards how much a request takes. */
  boolean countsTokens() {
    return unit != Unit.REQUESTS;
  }

  boolean ietf() {
    return headers == HeaderFormat.IETF || headers == HeaderFormat.BOTH;
  }

  boolean xRateLimit() {
    return headers == HeaderFormat.X_RATE_LIMIT || headers == HeaderFormat.BOTH;
  }

  boolean openAi() {
    return headers == HeaderFormat.OPEN_AI;
  }

  /** The item of {@code RateLimit-Policy}. */
  String policyItem() {
    return '"'
        + item
        + "\";q="
        + allowed()
        + (countsTokens() ? ";qu=\"" + unitText().replace(' ', '-') + '"' : "")
        + (windowSeconds > 0 ? ";w=" + windowSeconds : "");
  }

  /** For people: {@code The limit "per-user" of RateLimitPolicy/api allows 100 requests per 1h}. */
  String sentence() {
    return "The limit \""
        + limit
        + "\" of "
        + policy
        + " allows "
        + allowed()
        + ' '
        + unitText()
        + " per "
        + window;
  }

  private String unitText() {
    return switch (unit) {
      case REQUESTS -> "requests";
      case TOKENS -> "tokens";
      case INPUT_TOKENS -> "input tokens";
      case OUTPUT_TOKENS -> "output tokens";
    };
  }
}
