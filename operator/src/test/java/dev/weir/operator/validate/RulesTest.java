package dev.weir.operator.validate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.crds.v1alpha1.LlmRouteSpec;
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

  private static final String ROUTE =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      listener: {port: 15080}
      identity: {apiKey: {in: [{header: authorization, scheme: Bearer}]}}
      providers:
      - {name: openai, type: OpenAI, baseUrl: "https://api.openai.com/v1"}
      - {name: vllm, type: OpenAICompatible, baseUrl: "http://vllm.models.svc:8000/v1"}
      models:
      - name: gpt-4o
        aliases: [default]
        price: {currency: USD, per: 1000000, input: "2.50", output: "10"}
        backends: [{provider: openai}]
      - name: llama
        backends: [{provider: vllm}]
      timeouts: {connect: 1s}
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
    assertThat(LlmRouteRules.check(Serialization.unmarshal(ROUTE, LlmRouteSpec.class))).isEmpty();
  }

  @Test
  void policiesAndPlansMayTargetRoutes() {
    String route = "{group: weir.dev, kind: LlmRoute, name: chat}";
    assertThat(
            RateLimitPolicyRules.check(
                with(POLICY, "/targetRefs/-", route, RateLimitPolicySpec.class)))
        .isEmpty();
    assertThat(QuotaPlanRules.check(with(PLAN, "/targetRefs/0", route, QuotaPlanSpec.class)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          /targetRefs                  | []                                                        | spec.targetRefs                             | is empty
          /targetRefs/0                | {group: batch, kind: Job, name: a}                        | spec.targetRefs[0]                          | cannot be a target
          /targetRefs/0                | {group: apps, kind: LlmRoute, name: a}                    | spec.targetRefs[0]                          | group weir.dev and kind LlmRoute
          /targetRefs/0                | {group: weir.dev, kind: Deployment, name: a}              | spec.targetRefs[0]                          | cannot be a target
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          /targetRefs                    | []                                            | spec.targetRefs                         | is empty
          /targetRefs/0                  | {group: weir.dev, kind: LlmRoute, name: chat} | spec.targetRefs[0]                      | Deployment, StatefulSet or DaemonSet
          /targetRefs/-                  | {group: apps, kind: Deployment, name: api}    | spec.targetRefs[1]                      | again
          /identity                      | {anonymous: Deny}                             | spec.identity                           | recognises nobody
          /identity/apiKey/in/-          | {header: Authorization, scheme: bearer}       | spec.identity.apiKey.in[1]              | same place
          /providers/-                   | {name: vllm, type: OpenAI, baseUrl: https://a.example}   | spec.providers[vllm].name    | is used twice
          /models                        | []                                            | spec.models                             | at least one model
          /models/1/name                 | gpt-4o                                        | spec.models[gpt-4o].name                | is taken by spec.models[gpt-4o].name
          /models/1/name                 | default                                       | spec.models[default].name               | is taken by spec.models[gpt-4o].aliases[0]
          /models/0/aliases/-            | default                                       | spec.models[gpt-4o].aliases[1]          | default is taken
          /models/0/aliases/0            | gpt-4o                                        | spec.models[gpt-4o].aliases[0]          | is taken by spec.models[gpt-4o].name
          /models/1/aliases              | [x, default]                                  | spec.models[llama].aliases[1]           | is taken by spec.models[gpt-4o].aliases[0]
          /models/1/aliases              | [gpt-4o]                                      | spec.models[llama].aliases[0]           | is taken by spec.models[gpt-4o].name
          /models/1/backends             | []                                            | spec.models[llama].backends             | exactly one
          /models/1/backends/0/provider  | azure                                         | spec.models[llama].backends[0].provider | write one of [openai, vllm]
          /models/0/price/per            | 0                                             | spec.models[gpt-4o].price.per           | 1000 or 1000000
          /models/0/price/input          | "1e99"                                        | spec.models[gpt-4o].price.input         | is no decimal number
          /models/0/price/cachedInput    | "1,5"                                         | spec.models[gpt-4o].price.cachedInput   | is no decimal number
          /models/0/price/output         | "-1"                                          | spec.models[gpt-4o].price.output        | is no decimal number
          /models/0/price/reasoning      | free                                          | spec.models[gpt-4o].price.reasoning     | is no decimal number
          /timeouts/connect              | 100ms                                         | spec.timeouts.connect                   | is not a duration
          /timeouts/firstToken           | soon                                          | spec.timeouts.firstToken                | is not a duration
          /timeouts/betweenTokens        | 0s                                            | spec.timeouts.betweenTokens             | is not a duration
          /timeouts/total                | 1d                                            | spec.timeouts.total                     | is not a duration
          """)
  void badRoutes(String pointer, String value, String path, String message) {
    List<Problem> problems = LlmRouteRules.check(with(ROUTE, pointer, value, LlmRouteSpec.class));
    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo(path);
              assertThat(problem.message()).contains(message);
            });
  }

  @Test
  void aBadRouteFallsBackToTheLastAccepted() {
    LlmRouteSpec good = Serialization.unmarshal(ROUTE, LlmRouteSpec.class);
    LlmRouteSpec bad = with(ROUTE, "/models", "[]", LlmRouteSpec.class);

    Verdict<LlmRouteSpec> verdict = LlmRouteRules.judge(bad, 7, new Accepted<>(good, 3));
    assertThat(verdict.accepted()).isFalse();
    assertThat(verdict.inForce()).isEqualTo(good);
    assertThat(verdict.generation()).isEqualTo(3);
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
