package dev.weir.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.limits.Charge;
import dev.weir.limits.LimitSpec;
import dev.weir.limits.Outcome;
import dev.weir.limits.Outcome.Verdict;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.FromSidecar.LimitCount;
import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot;
import dev.weir.protocol.Snapshot.Limit;
import dev.weir.protocol.Snapshot.Plan;
import dev.weir.protocol.Snapshot.Route;
import dev.weir.protocol.Snapshot.Unit;
import dev.weir.proxy.config.RefusedException;
import dev.weir.proxy.identity.KeyDigest;
import dev.weir.proxy.inbound.Head;
import dev.weir.proxy.testing.ScriptedStore;
import dev.weir.proxy.testing.Snapshots;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call to a route is held against, and what it is charged in the end. */
class RouteRulesTest {
  private static final String URL = "https://llm.example/v1";
  private static final Tokens USED = new Tokens(10, 4, 7, 3);
  private static final List<String> LINES =
      List.of(
          "m/gpt/requests=1",
          "m/gpt/input=6",
          "m/gpt/cachedInput=4",
          "m/gpt/output=4",
          "m/gpt/reasoning=3",
          "p/mock/requests=1");

  private final ScriptedStore store = new ScriptedStore();
  private final Counts counts = new Counts();

  @ParameterizedTest
  @CsvSource({
    "false, REQUESTS, 1, 0",
    "false, TOKENS, 0, 17",
    "false, INPUT_TOKENS, 0, 10",
    "false, OUTPUT_TOKENS, 0, 7",
    "true, REQUESTS, 1, 0",
    "true, TOKENS, 0, 17",
    "true, INPUT_TOKENS, 0, 10",
    "true, OUTPUT_TOKENS, 0, 7"
  })
  void requestsAreTakenBeforeAndTokensAfter(boolean quota, Unit unit, long before, long after)
      throws Exception {
    RouteRules route = route(bounded("bound", quota, unit, 100));
    Charged call = call(route);
    assertThat(store.decided()).as("the rules alone ask nobody").isEmpty();
    assertThat(call.isFree()).isFalse();
    assertThat(decide(call).verdict()).isEqualTo(Verdict.ADMITTED);
    Charge asked = store.decided().getFirst().getFirst();
    assertThat(asked.cost()).isEqualTo(before);
    assertThat(asked.needs()).isEqualTo(1);
    route.settle(call, answered(route, USED, false, false));
    List<String> expected = new ArrayList<>(after == 0 ? List.of() : List.of("bound=" + after));
    expected.addAll(LINES);
    assertThat(settlements()).containsExactly(expected);
    assertThat(store.used("bound", quota ? "acme" : "")).isEqualTo(before + after);
  }

  @ParameterizedTest
  @EnumSource(Unit.class)
  void nothingIsTakenOfACallThatIsRejected(Unit unit) throws Exception {
    RouteRules route =
        route(
            Snapshots.route(
                "chat",
                15080,
                URL,
                List.of(Snapshots.limit("open", 5), Snapshots.counting(unit, zero("shut"))),
                List.of(Snapshots.plan("public", Snapshots.quota("big", Unit.TOKENS, 5)))));
    Charged call = call(route);
    Outcome outcome = decide(call);
    call.count(outcome);
    assertThat(outcome.verdict()).isEqualTo(Verdict.LIMITED);
    assertThat(store.used("open", "")).isZero();
    assertThat(store.used("big", "acme")).isZero();
    assertThat(store.settled()).isEmpty();
    assertThat(counts.counts())
        .containsExactlyInAnyOrder(
            new LimitCount("RateLimitPolicy/llm", "open", 0, 0),
            new LimitCount("RateLimitPolicy/llm", "shut", 0, 1),
            new LimitCount("QuotaPlan/public", "gold/big", 0, 0),
            new LimitCount("LlmRoute/chat", "settled", 0, 0));
  }

  @Test
  void theLastTokenAdmitsACallAndItsOvershootStopsTheNext() throws Exception {
    RouteRules route = route(bounded("t", false, Unit.TOKENS, 18));
    for (int i = 0; i < 2; i++) {
      Charged call = call(route);
      assertThat(decide(call).verdict()).isEqualTo(Verdict.ADMITTED);
      route.settle(call, answered(route, USED, false, false));
    }
    assertThat(store.used("t", "")).isEqualTo(34);
    Outcome next = decide(call(route));
    assertThat(next.verdict()).isEqualTo(Verdict.LIMITED);
    assertThat(next.states().getFirst().remaining()).isZero();
  }

  @Test
  void withoutBoundsACallIsFreeAndStillOnTheLedger() throws Exception {
    RouteRules route = route(Snapshots.route("chat", 15080, URL, List.of(), List.of()));
    Charged call = call(route);
    assertThat(call.isFree()).isTrue();
    route.settle(call, answered(route, USED, false, false));
    assertThat(settlements()).containsExactly(LINES);
    Charge line = store.settled().getFirst().getFirst();
    assertThat(line.counter().id()).isEqualTo("u/chat");
    assertThat(line.counter().indexed()).isTrue();
    assertThat(line.counter().spec().limit()).isEqualTo(LimitSpec.MAX_UNITS);
  }

  @ParameterizedTest
  @CsvSource({
    "10, 4, 7, 3, false, false, 'input=6 cachedInput=4 output=4 reasoning=3'",
    "10, 0, 7, 0, false, false, 'input=10 output=7'",
    "10, 10, 7, 7, false, false, 'cachedInput=10 reasoning=7'",
    "10, 12, 7, 9, false, false, 'cachedInput=10 reasoning=7'",
    "-1, 5, -9, 9, false, false, ''",
    "10, -4, 7, -3, false, false, 'input=10 output=7'",
    "10, 0, 7, 0, true, false, 'input=10 output=7 estimated=17'",
    "0, 0, 0, 0, true, true, 'errors=1'",
    "10, 2, 7, 1, true, true, 'input=8 cachedInput=2 output=6 reasoning=1 estimated=17 errors=1'",
    "9223372036854775807, 1, 0, 0, false, false, 'input=4503599627370495 cachedInput=1'"
  })
  void ledgerHasEachTokenOnce(
      long input,
      long cached,
      long output,
      long reasoning,
      boolean estimated,
      boolean failed,
      String lines)
      throws Exception {
    RouteRules route = route(Snapshots.route("chat", 15080, URL, List.of(), List.of()));
    Tokens tokens = new Tokens(input, cached, output, reasoning);
    route.settle(call(route), answered(route, tokens, estimated, failed));
    List<String> expected = new ArrayList<>(List.of("m/gpt/requests=1", "p/mock/requests=1"));
    for (String line : lines.isEmpty() ? new String[0] : lines.split(" ", -1)) {
      expected.add((line.startsWith("errors") ? "p/mock/" : "m/gpt/") + line);
    }
    assertThat(settlements()).hasSize(1);
    assertThat(settlements().getFirst()).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Property(tries = 300)
  void limitsAndLedgerAgreeWhateverAProviderSays(
      @ForAll long input, @ForAll long cached, @ForAll long output, @ForAll long reasoning)
      throws Exception {
    RouteRules route =
        route(
            Snapshots.route(
                "chat",
                15080,
                URL,
                List.of(
                    Snapshots.counting(Unit.TOKENS, Snapshots.limit("t", 1)),
                    Snapshots.counting(Unit.INPUT_TOKENS, Snapshots.limit("i", 1)),
                    Snapshots.counting(Unit.OUTPUT_TOKENS, Snapshots.limit("o", 1))),
                List.of()));
    int calls = store.settled().size();
    Tokens tokens = new Tokens(input, cached, output, reasoning);
    route.settle(call(route), answered(route, tokens, true, false));
    assertThat(store.settled()).hasSize(calls + 1);
    List<Charge> charges = store.settled().getLast();
    assertThat(charges).allMatch(charge -> charge.cost() > 0);
    long inputs = sum(charges, "input", "cachedInput");
    long outputs = sum(charges, "output", "reasoning");
    assertThat(cost(charges, "i")).isEqualTo(inputs);
    assertThat(cost(charges, "o")).isEqualTo(outputs);
    assertThat(cost(charges, "t")).isEqualTo(inputs + outputs);
    assertThat(cost(charges, "m/gpt/estimated")).isEqualTo(inputs + outputs);
    if (input >= 0 && input < LimitSpec.MAX_UNITS / 2) {
      assertThat(inputs).isEqualTo(input);
    }
  }

  @Test
  void eachSettlementMovesTheRoutesCount() throws Exception {
    RouteRules route = route(Snapshots.route("chat", 15080, URL, List.of(), List.of()));
    assertThat(counts.counts()).containsExactly(new LimitCount("LlmRoute/chat", "settled", 0, 0));
    route.settle(call(route), answered(route, USED, false, false));
    route.settle(call(route), answered(route, Tokens.NONE, false, true));
    assertThat(counts.counts()).containsExactly(new LimitCount("LlmRoute/chat", "settled", 2, 0));
  }

  @Test
  void asMuchAsCanBeDecidedCanBeSettledAtOnce() throws Exception {
    RouteRules route = route(manyLimits(56, Unit.TOKENS));
    Charged call = call(route);
    assertThat(decide(call).passes()).isTrue();
    route.settle(call, answered(route, USED, true, true));
    assertThat(store.settled().getFirst()).hasSize(64);
  }

  @ParameterizedTest
  @CsvSource({"'', 401", "'Bearer wrong', 401", "'Bearer key-new', 403"})
  void strangersAreRefusedBeforeAnythingIsAsked(String authorization, int status) throws Exception {
    Route open = bounded("t", false, Unit.TOKENS, 5);
    FromOperator.Update update =
        withSecrets(
            Snapshots.routes("r", open),
            Map.of(Snapshots.hash("key-acme"), "acme", Snapshots.hash("key-new"), "new"),
            Map.of());
    Ruling ruling =
        RouteRules.compile(open, update, store, () -> store, counts)
            .rule(head(authorization), new KeyDigest());
    assertThat(((Ruling.Refused) ruling).problem().status().code()).isEqualTo(status);
    assertThat(store.decided()).isEmpty();
  }

  @Test
  void providerKeys() throws Exception {
    Route like = Snapshots.route("chat", 15080, URL, List.of(), List.of());
    Snapshot.Provider mock = like.providers().getFirst();
    Snapshot.Provider open =
        new Snapshot.Provider("open", mock.type(), mock.baseUrl(), false, mock.ledger());
    Snapshot.Provider keyless =
        new Snapshot.Provider("keyless", mock.type(), mock.baseUrl(), true, mock.ledger());
    Route three = withProviders(like, List.of(mock, open, keyless));
    FromOperator.Update update =
        withSecrets(
            Snapshots.routes("r", three),
            Map.of(),
            Map.of("chat/mock", "sk-1", "chat/open", "sk-2", "other/keyless", "sk-3"));
    RouteRules route = RouteRules.compile(three, update, store, () -> store, counts);
    assertThat(route.providerKey(mock)).isEqualTo("sk-1");
    assertThat(route.providerKey(open)).isNull();
    assertThat(route.providerKey(keyless)).isNull();
    assertThat(route.revision()).isEqualTo("r");
    assertThat(route.route()).isSameAs(three);
  }

  @Test
  void refusesWhatCannotBeHonoured() throws Exception {
    assertRefused(manyLimits(57, Unit.TOKENS), "LlmRoute/chat has 57 rates and quotas of tokens");
    assertRefused(manyLimits(65, Unit.REQUESTS), "LlmRoute/chat has 65 rates and quotas together");
    Route route = Snapshots.route("chat", 15080, URL, List.of(), List.of());
    assertRefused(
        withProviders(route, List.of()),
        "LlmRoute/chat has no provider \"mock\", which its model \"gpt\" names");
    assertRefused(edited(route, json -> json.remove("identity")), "LlmRoute/chat has no identity");
    assertRefused(
        edited(
            route,
            json -> ((ObjectNode) json.at("/models/0/ledger")).put("reasoning", "p/mock/requests")),
        "LlmRoute/chat counts two numbers of its model \"gpt\" as p/mock/requests");
  }

  @Test
  void onlyRoutesCountTokens() {
    Limit tokens = Snapshots.counting(Unit.TOKENS, Snapshots.limit("t", 1));
    assertThatThrownBy(
            () -> Rules.compile(Snapshots.update("r", tokens), new ScriptedStore(), counts))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the workload has a limit or quota of tokens")
        .hasMessageContaining("count Requests");
  }

  @Test
  void limitsOfAnOlderOperatorCountRequests() throws Exception {
    Route older =
        edited(
            Snapshots.route(
                "chat",
                15080,
                URL,
                List.of(Snapshots.limit("a", 1)),
                List.of(Snapshots.plan("p", Snapshots.quota("q", Unit.TOKENS, 1)))),
            json -> {
              ((ObjectNode) json.at("/policies/0/limits/0")).remove("unit");
              ((ObjectNode) json.at("/plans/0/tiers/0/quotas/0")).remove("unit");
            });
    decide(call(route(older)));
    assertThat(store.used("a", "")).isEqualTo(1);
    assertThat(store.used("q", "acme")).isEqualTo(1);
  }

  private static Route bounded(String name, boolean quota, Unit unit, long limit) {
    return Snapshots.route(
        "chat",
        15080,
        URL,
        quota ? List.of() : List.of(Snapshots.counting(unit, Snapshots.limit(name, limit))),
        quota
            ? List.of(Snapshots.plan("public", Snapshots.quota(name, unit, limit)))
            : List.<Plan>of());
  }

  private static Limit zero(String name) {
    return Snapshots.limit(name, 0);
  }

  /** One of them is a quota of the caller. */
  private static Route manyLimits(int count, Unit unit) {
    return Snapshots.route(
        "chat",
        15080,
        URL,
        LongStream.range(1, count)
            .mapToObj(i -> Snapshots.counting(unit, Snapshots.limit("l" + i, 100)))
            .toList(),
        List.of(Snapshots.plan("public", Snapshots.quota("q", unit, 100))));
  }

  private static Route withProviders(Route like, List<Snapshot.Provider> providers) {
    return new Route(
        like.name(),
        like.port(),
        like.cluster(),
        like.counter(),
        like.planHeaders(),
        like.timeouts(),
        providers,
        like.models(),
        like.policies(),
        like.plans(),
        like.identity(),
        like.consumers());
  }

  /** As it would come over the wire from an operator that writes it so. */
  private static Route edited(Route route, Consumer<ObjectNode> edit) throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode tree = json.valueToTree(route);
    edit.accept((ObjectNode) tree);
    return json.treeToValue(tree, Route.class);
  }

  private static FromOperator.Update withSecrets(
      FromOperator.Update update, Map<String, String> apiKeys, Map<String, String> providerKeys) {
    return new FromOperator.Update(
        update.revision(),
        update.nonce(),
        update.snapshot(),
        new Secrets(null, apiKeys, providerKeys),
        null);
  }

  private RouteRules route(Route route) throws RefusedException {
    return RouteRules.compile(route, Snapshots.routes("r", route), store, () -> store, counts);
  }

  private void assertRefused(Route route, String says) {
    assertThatThrownBy(() -> route(route))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(says);
  }

  private static Charged call(RouteRules route) {
    return (Charged) route.rule(head("Bearer key-acme"), new KeyDigest());
  }

  private static Head head(String authorization) {
    HttpHeaders headers = new DefaultHttpHeaders();
    if (!authorization.isEmpty()) {
      headers.set("Authorization", authorization);
    }
    return new Head(HttpMethod.POST, "/v1/chat/completions", headers, false, true, false, 2);
  }

  private static Outcome decide(Charged call) {
    return Objects.requireNonNull(call.decide().given());
  }

  private static Settlement answered(
      RouteRules route, Tokens tokens, boolean estimated, boolean failed) {
    return new Settlement(
        route.route().models().getFirst(),
        route.route().providers().getFirst(),
        tokens,
        estimated,
        failed);
  }

  /** Each settlement as {@code name=amount}; a bound by its counter, a line by its subject. */
  private List<List<String>> settlements() {
    return store.settled().stream()
        .map(charges -> charges.stream().map(c -> name(c) + '=' + c.cost()).toList())
        .toList();
  }

  private static String name(Charge charge) {
    return charge.counter().id().startsWith("u/") ? charge.subject() : charge.counter().id();
  }

  private static long cost(List<Charge> charges, String name) {
    return charges.stream()
        .filter(charge -> name(charge).equals(name))
        .mapToLong(Charge::cost)
        .sum();
  }

  private static long sum(List<Charge> charges, String one, String other) {
    return cost(charges, "m/gpt/" + one) + cost(charges, "m/gpt/" + other);
  }
}
