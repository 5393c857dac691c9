package dev.weir.proxy.policy;

import dev.weir.limits.Outcome.ChargeState;
import dev.weir.protocol.Snapshot.ResetFormat;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code RateLimit-Policy} and {@code RateLimit} (draft-ietf-httpapi-ratelimit-headers-10), and the
 * older {@code X-RateLimit-*} of the tightest limit. The application may send such fields too: list
 * fields are appended to, and of two {@code X-RateLimit-*} the tighter one stays, so that we never
 * make its limits look more permissive. What {@link OpenAiFields} adds is for routes, whose
 * provider's own are removed.
 */
final class ResponseFields {
  private static final AsciiString POLICY = AsciiString.cached("RateLimit-Policy");
  private static final AsciiString LIMIT = AsciiString.cached("RateLimit");
  private static final AsciiString X_LIMIT = AsciiString.cached("X-RateLimit-Limit");
  private static final AsciiString X_REMAINING = AsciiString.cached("X-RateLimit-Remaining");
  private static final AsciiString X_RESET = AsciiString.cached("X-RateLimit-Reset");

  private ResponseFields() {}

  /** Seconds until the charge can fit, rounded up, at least 1. */
  static long retrySeconds(ChargeState state) {
    return Math.max(1, seconds(state.retryMicros()));
  }

  static void write(
      HttpHeaders headers, List<Bound> bounds, List<ChargeState> states, long nowMillis) {
    StringBuilder policies = new StringBuilder(48 * bounds.size());
    StringBuilder limits = new StringBuilder(32 * bounds.size());
    int tightest = -1;
    for (int i = 0; i < bounds.size(); i++) {
      Bound bound = bounds.get(i);
      ChargeState state = states.get(i);
      if (bound.ietf()) {
        if (!policies.isEmpty()) {
          policies.append(", ");
          limits.append(", ");
        }
        policies.append(bound.policyItem());
        limits
            .append('"')
            .append(bound.item())
            .append("\";r=")
            .append(state.remaining())
            .append(";t=")
            .append(until(state));
      }
      if (bound.xRateLimit()) {
        tightest = tighter(i, tightest, states);
      }
    }
    if (!policies.isEmpty()) {
      headers.add(POLICY, policies);
      headers.add(LIMIT, limits);
    }
    if (tightest >= 0) {
      writeOlder(headers, bounds.get(tightest), states.get(tightest), nowMillis);
    }
    OpenAiFields.write(headers, bounds, states);
  }

  private static void writeOlder(
      HttpHeaders headers, Bound bound, ChargeState state, long nowMillis) {
    if (isNumberBelow(headers.get(X_REMAINING), state.remaining())) {
      return;
    }
    long reset = until(state);
    if (bound.reset() == ResetFormat.EPOCH_SECONDS) {
      reset = seconds(nowMillis * 1000) + reset;
    }
    headers.set(X_LIMIT, Long.toString(bound.allowed()));
    headers.set(X_REMAINING, Long.toString(state.remaining()));
    headers.set(X_RESET, Long.toString(reset));
  }

  /** The tighter of two, where {@code other} may be -1 for none. */
  static int tighter(int one, int other, List<ChargeState> states) {
    return other < 0 || isTighter(states.get(one), states.get(other)) ? one : other;
  }

  /** What does not fit before what does, then the least that remains, then the longest wait. */
  private static boolean isTighter(ChargeState one, ChargeState other) {
    if (one.fits() != other.fits()) {
      return !one.fits();
    }
    if (!one.fits()) {
      return one.retryMicros() > other.retryMicros();
    }
    return one.remaining() < other.remaining()
        || (one.remaining() == other.remaining() && one.resetMicros() > other.resetMicros());
  }

  /** Until more is to be had: for what does not fit the same as Retry-After. */
  private static long until(ChargeState state) {
    return state.fits() ? seconds(state.resetMicros()) : retrySeconds(state);
  }

  private static long seconds(long micros) {
    return (micros + 999_999) / 1_000_000;
  }

  private static boolean isNumberBelow(@Nullable String text, long bound) {
    if (text == null || text.isEmpty() || text.length() > 18) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return Long.parseLong(text) < bound;
  }
}
