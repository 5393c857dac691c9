package dev.weir.proxy.policy;

import dev.weir.limits.Outcome.ChargeState;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * {@code x-ratelimit-{limit,remaining,reset}-{requests,tokens}}, as OpenAI's clients read them: of
 * each kind the tightest bound. Times are written as Go does: {@code 120ms}, {@code 1.5s}, {@code
 * 6m0s}.
 */
final class OpenAiFields {
  private static final Names REQUESTS = Names.of("requests");
  private static final Names TOKENS = Names.of("tokens");

  private OpenAiFields() {}

  static void write(HttpHeaders headers, List<Bound> bounds, List<ChargeState> states) {
    int requests = -1;
    int tokens = -1;
    for (int i = 0; i < bounds.size(); i++) {
      Bound bound = bounds.get(i);
      if (!bound.openAi()) {
        continue;
      }
      if (bound.countsTokens()) {
        tokens = ResponseFields.tighter(i, tokens, states);
      } else {
        requests = ResponseFields.tighter(i, requests, states);
      }
    }
    if (requests >= 0) {
      REQUESTS.write(headers, bounds.get(requests), states.get(requests));
    }
    if (tokens >= 0) {
      TOKENS.write(headers, bounds.get(tokens), states.get(tokens));
    }
  }

  /** In milliseconds, rounded up. */
  static String duration(long micros) {
    long millis = (micros + 999) / 1000;
    if (millis == 0) {
      return "0s";
    }
    if (millis < 1000) {
      return millis + "ms";
    }
    long minutes = millis / 60_000;
    StringBuilder text = new StringBuilder(16);
    if (minutes >= 60) {
      text.append(minutes / 60).append('h');
    }
    if (minutes > 0) {
      text.append(minutes % 60).append('m');
    }
    text.append(millis / 1000 % 60);
    appendFraction(text, (int) (millis % 1000));
    return text.append('s').toString();
  }

  private static void appendFraction(StringBuilder text, int millis) {
    if (millis == 0) {
      return;
    }
    text.append('.');
    int rest = millis;
    for (int digit = 100; rest > 0; digit /= 10) {
      text.append(rest / digit);
      rest %= digit;
    }
  }

  private record Names(AsciiString limit, AsciiString remaining, AsciiString reset) {
    static Names of(String kind) {
      return new Names(
          AsciiString.cached("x-ratelimit-limit-" + kind),
          AsciiString.cached("x-ratelimit-remaining-" + kind),
          AsciiString.cached("x-ratelimit-reset-" + kind));
    }

    void write(HttpHeaders headers, Bound bound, ChargeState state) {
      headers.set(limit, Long.toString(bound.allowed()));
      headers.set(remaining, Long.toString(state.remaining()));
      headers.set(
          reset, duration(state.fits() ? state.resetMicros() : Math.max(1, state.retryMicros())));
    }
  }
}
