package dev.weir.operator.validate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RulesTest {

  private static final String POLICY =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      limits:
      - name: per-user
        key: [{header: x-user}]
        rates: [{limit: 100, per: 1h, algorithm: FixedWindow}]
      """;

  private static final String PLAN =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      identity: {apiKey: {in: [{header: x-api-key}]}}
      subject: {consumer: {}}
      tiers:
      - name: gold
        consumers: {matchLabels: {tier: gold}}
        quotas: [{name: monthly, unit: Requests, limit: 10, window: {every: Month}}]
      - name: rest
        quotas: [{name: monthly, unit: Requests, limit: 1, window: {every: Month}}]
      """;

  /** The spec above with the value at a JSON pointer replaced; a pointer to "-" appends. */
  private static <T> T with(String yaml, String pointer, String value, Class<T> type) {
    ObjectNode root = Serialization.unmarshal(yaml, ObjectNode.class);
    int cut = pointer.lastIndexOf('/');
    var parent = root.at(pointer.substring(0, cut));
    String member = pointer.substring(cut + 1);
    // Behind a name, because text that begins with a brace is taken for JSON.
    var node = Serialization.unmarshal("value: " + value, ObjectNode.class).get("value");
    switch (parent) {
      case ObjectNode object -> object.set(member, node);
      case com.fasterxml.jackson.databind.node.ArrayNode array -> {
        if (member.equals("-")) {
          array.add(node);
        } else {
          array.set(Integer.parseInt(member), node);
        }
      }
      default -> throw new AssertionError(pointer);
    }
    return Serialization.unmarshal(Serialization.asJson(root), type);
  }

  @Test
  void goodSpecsHaveNoProblems() {
    assertThat(
            RateLimitPolicyRules.check(Serialization.unmarshal(POLICY, RateLimitPolicySpec.class)))
        .isEmpty();
    assertThat(QuotaPlanRules.check(Serialization.unmarshal(PLAN, QuotaPlanSpec.class))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          /targetRefs                  | []                                                        | spec.targetRefs                             | is empty
          /targetRefs/0                | {group: batch, kind: Job, name: a}                        | spec.targetRefs[0]                          | cannot be a target
          /targetRefs/-                | {group: apps, kind: Deployment, name: api}                | spec.targetRefs[1]                          | again
          /limits                      | []                                                        | spec.limits                                 | at least one limit
          /limits/-                    | {name: per-user, rates: [{limit: 1, per: 1s, algorithm: FixedWindow}]} | spec.limits[per-user].name     | is used twice
          /limits/0/rates              | []                                                        | spec.limits[per-user].rates                 | at least one rate
          /limits/0/rates/0/per        | 100ms                                                     | spec.limits[per-user].rates[0].per          | from 1s
          /limits/0/rates/0/per        | 99999999999999999999h                                     | spec.limits[per-user].rates[0].per          | from 1s
          /limits/0/rates/0/per        | soon                                                      | spec.limits[per-user].rates[0].per          | write for example
          /limits/0/rates/0/limit      | 0                                                         | spec.limits[per-user].rates[0].limit        | below 1
          /limits/0/rates/-            | {limit: 9, per: 60m, algorithm: FixedWindow}              | spec.limits[per-user].rates[1].per          | same time as 1h
          /limits/0/rates/0/burst      | 5                                                         | spec.limits[per-user].rates[0].burst        | TokenBucket
          /limits/0/rates/0            | {limit: 1, per: 1s, algorithm: TokenBucket, burst: 0}     | spec.limits[per-user].rates[0].burst        | let nothing through
          /limits/0/key/-              | {header: X-User}                                          | spec.limits[per-user].key[1]                | same as key[0]
          /limits/0/key/0              | {header: a, query: b}                                     | spec.limits[per-user].key[0]                | exactly one
          /limits/0/match              | {headers: [{name: a, type: Exact}]}                       | spec.limits[per-user].match.headers[0].value | is missing
          /limits/0/match              | {headers: [{name: a, type: Present, value: b}]}           | spec.limits[per-user].match.headers[0].value | no meaning
          """)
  void badPolicies(String pointer, String value, String path, String message) {
    List<Problem> problems =
        RateLimitPolicyRules.check(with(POLICY, pointer, value, RateLimitPolicySpec.class));
    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo(path);
              assertThat(problem.message()).contains(message);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          /identity                            | {anonymous: Deny}                     | spec.identity                                  | recognises nobody
          /identity/apiKey/in/-                | {header: X-Api-Key}                   | spec.identity.apiKey.in[1]                     | same place
          /tiers                               | []                                    | spec.tiers                                     | at least one tier
          /tiers/0/name                        | rest                                  | spec.tiers[rest].name                          | is used twice
          /tiers/0/consumers                   | null                                  | spec.tiers[gold].consumers                     | only the last tier
          /tiers/0/quotas/0/limit              | -1                                    | spec.tiers[gold].quotas[monthly].limit         | negative
          /tiers/0/quotas/0/window/timeZone    | Europe/Atlantis                       | spec.tiers[gold].quotas[monthly].window.timeZone | Europe/Atlantis is not a known
          /tiers/0/quotas/0/window/timeZone    | +02:00                                | spec.tiers[gold].quotas[monthly].window.timeZone | IANA
          /tiers/0/quotas/0/window             | {every: Day, startDay: 5}             | spec.tiers[gold].quotas[monthly].window.startDay | Month, Quarter and Year
          /tiers/0/quotas/0/window/startDay    | 32                                    | spec.tiers[gold].quotas[monthly].window.startDay | 1 to 31
          /reporting                           | {minInterval: 10ms}                   | spec.reporting.minInterval                     | from 1s to 1h
          /reporting                           | {topSubjects: -1}                     | spec.reporting.topSubjects                     | is not in
          /reporting                           | {topSubjects: 51}                     | spec.reporting.topSubjects                     | 0 to 50
          """)
  void badPlans(String pointer, String value, String path, String message) {
    List<Problem> problems = QuotaPlanRules.check(with(PLAN, pointer, value, QuotaPlanSpec.class));
    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo(path);
              assertThat(problem.message()).contains(message);
            });
  }

  @Test
  void aBadSpecFallsBackToTheLastAccepted() {
    RateLimitPolicySpec good = Serialization.unmarshal(POLICY, RateLimitPolicySpec.class);
    RateLimitPolicySpec bad = with(POLICY, "/limits", "[]", RateLimitPolicySpec.class);

    Verdict<RateLimitPolicySpec> verdict =
        RateLimitPolicyRules.judge(bad, 7, new Accepted<>(good, 3));
    assertThat(verdict.accepted()).isFalse();
    assertThat(verdict.inForce()).isEqualTo(good);
    assertThat(verdict.generation()).isEqualTo(3);

    assertThat(RateLimitPolicyRules.judge(bad, 7, null).inForce()).isNull();
    assertThat(RateLimitPolicyRules.judge(good, 8, null).generation()).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({
    "60s, 60000, 1m",
    "1m, 60000, 1m",
    "5400s, 5400000, 90m",
    "24h, 86400000, 24h",
    "8760h, 31536000000, 8760h",
    "99999999s, 99999999000, 99999999s",
    "90s, 90000, 90s"
  })
  void durationsHaveOneCanonicalForm(String text, long millis, String canonical) {
    assertThat(Durations.millis(text)).hasValue(millis);
    assertThat(Durations.canonical(millis)).isEqualTo(canonical);
  }

  /** As in the schema's rule. */
  @ParameterizedTest
  @ValueSource(strings = {"", "0s", "01m", "1", "h", "1.5h", "1h30m", "500ms", "1d", "100000000s"})
  void notADuration(String text) {
    assertThat(Durations.millis(text)).isEmpty();
  }
}
