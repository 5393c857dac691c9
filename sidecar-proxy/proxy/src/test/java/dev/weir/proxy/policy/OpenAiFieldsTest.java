package dev.weir.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.limits.Outcome;
import dev.weir.limits.Outcome.ChargeState;
import dev.weir.limits.Outcome.Verdict;
import dev.weir.protocol.Snapshot.FailureAction;
import dev.weir.protocol.Snapshot.HeaderFormat;
import dev.weir.protocol.Snapshot.Limit;
import dev.weir.protocol.Snapshot.Route;
import dev.weir.protocol.Snapshot.Unit;
import dev.weir.proxy.identity.KeyDigest;
import dev.weir.proxy.inbound.Head;
import dev.weir.proxy.testing.ScriptedStore;
import dev.weir.proxy.testing.Snapshots;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a route's answers say about limits, and why a call was limited. */
class OpenAiFieldsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ms",
    "999, 1ms",
    "1000, 1ms",
    "120000, 120ms",
    "999000, 999ms",
    "999001, 1s",
    "1000000, 1s",
    "1500000, 1.5s",
    "7020000, 7.02s",
    "59961000, 59.961s",
    "60000000, 1m0s",
    "61001000, 1m1.001s",
    "360000000, 6m0s",
    "3600000000, 1h0m0s",
    "5430000000, 1h30m30s",
    "2678400000000, 744h0m0s"
  })
  void durationsAreThoseOfGo(long micros, String text) {
    assertThat(OpenAiFields.duration(micros)).isEqualTo(text);
  }

  @Test
  void tightestOfEachKind() {
    Charged call =
        call(
            HeaderFormat.OPEN_AI,
            limit("r1", Unit.REQUESTS),
            limit("r2", Unit.REQUESTS),
            limit("t", Unit.TOKENS),
            limit("i", Unit.INPUT_TOKENS),
            limit("o", Unit.OUTPUT_TOKENS));
    assertThat(
            fields(
                call,
                Verdict.ADMITTED,
                fits(700, 1),
                fits(9, 60),
                fits(8, 6),
                fits(500, 1),
                fits(499, 360),
                fits(501, 2)))
        .containsExactlyInAnyOrder(
            "x-ratelimit-limit-requests: 1000",
            "x-ratelimit-remaining-requests: 8",
            "x-ratelimit-reset-requests: 6s",
            "x-ratelimit-limit-tokens: 1000",
            "x-ratelimit-remaining-tokens: 499",
            "x-ratelimit-reset-tokens: 6m0s");
  }

  @Test
  void ofWhatDoesNotFitTheLongestWait() {
    Charged call = call(HeaderFormat.OPEN_AI, limit("i", Unit.INPUT_TOKENS));
    assertThat(fields(call, Verdict.LIMITED, full(0, 90), full(0, 30)))
        .containsExactlyInAnyOrder(
            "x-ratelimit-limit-tokens: 777",
            "x-ratelimit-remaining-tokens: 0",
            "x-ratelimit-reset-tokens: 1m30s");
    assertThat(fields(call, Verdict.LIMITED, fits(0, 90), full(3, 30)))
        .contains("x-ratelimit-remaining-tokens: 3", "x-ratelimit-reset-tokens: 30s");
  }

  @Test
  void plansTellAsTheRouteSays() {
    assertThat(fields(call(HeaderFormat.NONE), Verdict.ADMITTED, fits(5, 1))).isEmpty();
    assertThat(fields(call(HeaderFormat.IETF), Verdict.ADMITTED, fits(5, 1)))
        .containsExactlyInAnyOrder(
            "RateLimit-Policy: \"monthly\";q=777;qu=\"tokens\"", "RateLimit: \"monthly\";r=5;t=1");
    assertThat(fields(call(HeaderFormat.OPEN_AI), Verdict.ADMITTED, fits(5, 1)))
        .hasSize(3)
        .contains("x-ratelimit-remaining-tokens: 5");
  }

  @Test
  void limitsTellAsTheySayThemselves() {
    Limit silent =
        Snapshots.limit("silent", Snapshots.ALL, 1, HeaderFormat.NONE, FailureAction.DENY);
    Limit ietf = Snapshots.limit("ietf", Snapshots.ALL, 9, HeaderFormat.IETF, FailureAction.DENY);
    Charged call = call(HeaderFormat.NONE, silent, ietf);
    assertThat(fields(call, Verdict.ADMITTED, fits(5, 1), fits(1, 1), fits(9, 1)))
        .containsExactlyInAnyOrder(
            "RateLimit-Policy: \"ietf\";q=9;w=3600", "RateLimit: \"ietf\";r=9;t=1");
  }

  @Test
  void nothingIsSaidWhileTheStoreIsAway() {
    HttpHeaders headers = new DefaultHttpHeaders();
    call(HeaderFormat.OPEN_AI)
        .writeFields(headers, new Outcome(Verdict.ALLOWED_ON_FAILURE, List.of()), 0);
    assertThat(headers.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    // Seconds that the quota, the rate of requests and that of tokens still take; 0 fits.
    "0, 5, 0, RateLimitPolicy/llm, r, false, REQUESTS, 1000, 1h, 5",
    "0, 0, 7, RateLimitPolicy/llm, o, false, OUTPUT_TOKENS, 1000, 1h, 7",
    "0, 5, 7, RateLimitPolicy/llm, o, false, OUTPUT_TOKENS, 1000, 1h, 7",
    "0, 7, 5, RateLimitPolicy/llm, r, false, REQUESTS, 1000, 1h, 7",
    "9, 0, 0, QuotaPlan/public, gold/monthly, true, TOKENS, 777, month, 9",
    "9, 50, 70, QuotaPlan/public, gold/monthly, true, TOKENS, 777, month, 9"
  })
  void violationIsTheQuotaElseTheLongestWait(
      long quotaWaits,
      long requestsWait,
      long tokensWait,
      String policy,
      String limit,
      boolean quota,
      Unit unit,
      long allowed,
      String window,
      long waits) {
    Charged call =
        call(HeaderFormat.OPEN_AI, limit("r", Unit.REQUESTS), limit("o", Unit.OUTPUT_TOKENS));
    Violation violation =
        call.violation(
            new Outcome(
                Verdict.LIMITED,
                List.of(state(quotaWaits), state(requestsWait), state(tokensWait))));
    String units =
        switch (unit) {
          case REQUESTS -> "requests";
          case TOKENS -> "tokens";
          case INPUT_TOKENS -> "input tokens";
          case OUTPUT_TOKENS -> "output tokens";
        };
    assertThat(violation)
        .isEqualTo(
            new Violation(
                policy,
                limit,
                quota,
                unit,
                allowed,
                window,
                waits * 1_000_000,
                "The limit \"%s\" of %s allows %d %s per %s. Try again in %d s."
                    .formatted(limit, policy, allowed, units, window, waits)));
  }

  private static ChargeState state(long waits) {
    return waits == 0 ? fits(1, 1) : full(0, waits);
  }

  private static ChargeState fits(long remaining, long resetSeconds) {
    return new ChargeState(true, remaining, resetSeconds * 1_000_000, 0);
  }

  private static ChargeState full(long remaining, long retrySeconds) {
    return new ChargeState(false, remaining, 99_000_000, retrySeconds * 1_000_000);
  }

  private static Limit limit(String name, Unit unit) {
    return Snapshots.counting(unit, Snapshots.limit(name, 1000));
  }

  /** A call that meets a quota of 777 tokens a month first, then these limits. */
  private static Charged call(HeaderFormat planHeaders, Limit... limits) {
    Route like =
        Snapshots.route(
            "chat",
            15080,
            "https://llm.example/v1",
            List.of(limits),
            List.of(Snapshots.plan("public", Snapshots.quota("monthly", Unit.TOKENS, 777))));
    Route route =
        new Route(
            like.name(),
            like.port(),
            like.cluster(),
            like.counter(),
            planHeaders,
            like.timeouts(),
            like.providers(),
            like.models(),
            like.policies(),
            like.plans(),
            like.identity(),
            like.consumers());
    ScriptedStore store = new ScriptedStore();
    LivePolicy live = new LivePolicy(where -> store, new Counts(), retired -> {});
    try {
      live.apply(Snapshots.routes("r", route));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    Head head =
        new Head(
            HttpMethod.POST,
            "/v1/chat/completions",
            new DefaultHttpHeaders().set("Authorization", "Bearer key-acme"),
            false,
            true,
            false,
            2);
    return (Charged) Objects.requireNonNull(live.routes().get(15080)).rule(head, new KeyDigest());
  }

  private static List<String> fields(Charged call, Verdict verdict, ChargeState... states) {
    HttpHeaders headers = new DefaultHttpHeaders();
    call.writeFields(headers, new Outcome(verdict, List.of(states)), 0);
    List<String> fields = new ArrayList<>();
    headers.forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
    return fields;
  }
}
