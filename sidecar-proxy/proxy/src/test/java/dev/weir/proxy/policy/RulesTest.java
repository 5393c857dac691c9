package dev.weir.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.limits.Outcome;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot.ApiKeyLocation;
import dev.weir.protocol.Snapshot.Consumer;
import dev.weir.protocol.Snapshot.FailureAction;
import dev.weir.protocol.Snapshot.HeaderFormat;
import dev.weir.protocol.Snapshot.HeaderMatch;
import dev.weir.protocol.Snapshot.HeaderMatchType;
import dev.weir.protocol.Snapshot.Identity;
import dev.weir.protocol.Snapshot.Limit;
import dev.weir.protocol.Snapshot.Match;
import dev.weir.protocol.Snapshot.MissingKey;
import dev.weir.protocol.Snapshot.PathMatch;
import dev.weir.protocol.Snapshot.PathMatchType;
import dev.weir.protocol.Snapshot.Period;
import dev.weir.protocol.Snapshot.Plan;
import dev.weir.protocol.Snapshot.Quota;
import dev.weir.protocol.Snapshot.Tier;
import dev.weir.protocol.Snapshot.Unit;
import dev.weir.protocol.Snapshot.Window;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which limits apply to a request, and who may send it. */
class RulesTest {
  private final ScriptedStore store = new ScriptedStore();

  @ParameterizedTest
  @CsvSource({
    "GET, /v1, '', true",
    "GET, /v1/, '', true",
    "GET, /v1/x?y, '', true",
    "GET, //v1//x, '', true",
    "GET, /%76%31/x, '', true",
    "GET, /v1;x=1/x, '', true",
    "GET, /run%3Aall, '', true",
    "GET, '/;a/v1;b;c', '', true",
    "GET, /v1%3Bx/x, '', false",
    "GET, /exact, '', true",
    "GET, /exact;x, '', true",
    "GET, /exact/, '', false",
    "GET, /v10, '', false",
    "GET, /V1, '', false",
    "POST, /v1, '', false",
    "GET, /v1, 'X-Skip: 1', false",
    "GET, /v1, 'X-Tier: paid', false"
  })
  void matches(String method, String target, String field, boolean applies) throws Exception {
    Match match =
        new Match(
            List.of("GET"),
            List.of(
                new PathMatch(PathMatchType.PREFIX, "/v1"),
                new PathMatch(PathMatchType.EXACT, "/exact"),
                new PathMatch(PathMatchType.EXACT, "/run:all")),
            List.of(
                new HeaderMatch("x-skip", HeaderMatchType.ABSENT, null),
                new HeaderMatch("x-tier", HeaderMatchType.EXACT, "free")));
    Limit limit = Snapshots.limit("a", match, 1, HeaderFormat.NONE, FailureAction.DENY);
    String tier = field.startsWith("X-Tier") ? "" : "X-Tier: free";
    Ruling ruling = rule(Snapshots.update("r", limit), method, target, tier, field);
    assertThat(ruling)
        .isInstanceOfSatisfying(
            Charged.class, charged -> assertThat(charged.isFree()).isEqualTo(!applies));
  }

  @Test
  void ambiguousPathIsRefusedOnlyWhereALimitDependsOnIt() throws Exception {
    Match match =
        new Match(List.of(), List.of(new PathMatch(PathMatchType.PREFIX, "/v1")), List.of());
    Limit byPath = Snapshots.limit("a", match, 1, HeaderFormat.NONE, FailureAction.DENY);
    assertStatus(rule(Snapshots.update("r", byPath), "GET", "/x/%2e%2e/v1"), 400);
    assertThat(rule(Snapshots.update("r", Snapshots.limit("b", 1)), "GET", "/x/%2e%2e/v1"))
        .isInstanceOf(Charged.class);
  }

  @ParameterizedTest
  @CsvSource({"SHARED, 200", "SKIP, 0", "REJECT, 400"})
  void missingKeys(MissingKey missing, int status) throws Exception {
    Limit like = Snapshots.limit("a", 1, Snapshots.BY_USER);
    Limit limit =
        new Limit(
            "a",
            Snapshots.ALL,
            List.of(Snapshots.BY_USER),
            missing,
            like.unit(),
            like.rates(),
            like.headers(),
            like.reset(),
            like.onStoreFailure());
    Ruling ruling = rule(Snapshots.update("r", limit), "GET", "/");
    switch (status) {
      case 200 -> assertThat(((Charged) ruling).isFree()).isFalse();
      case 0 -> assertThat(((Charged) ruling).isFree()).isTrue();
      default -> {
        assertStatus(ruling, status);
        assertThat(((Ruling.Refused) ruling).problem().detail()).contains("header \"x-user\"");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 401, 'the header \"x-api-key\" or the header \"authorization\" after \"Bearer \"'",
    "'X-Api-Key: wrong', 401, unknown",
    "'X-Api-Key:', 401, unknown",
    "'Authorization: bearer wrong', 401, unknown",
    "'Authorization: Basic key-acme', 401, no API key",
    "'Authorization: Bearerkey-acme', 401, no API key",
    "'X-Api-Key: key-new', 403, weir.dev/approved",
    "'X-Api-Key: key-gone', 403, weir.dev/approved",
    "'X-Api-Key: key-poor', 403, QuotaPlan/public",
    "'X-Api-Key: key-acme', 200, ''",
    "'authorization: BEARER key-acme', 200, ''"
  })
  void identity(String field, int status, String says) throws Exception {
    Ruling ruling = rule(plan(false), "GET", "/", field);
    if (status == 200) {
      assertThat(((Charged) ruling).isFree()).isFalse();
    } else {
      assertStatus(ruling, status);
      assertThat(((Ruling.Refused) ruling).problem().detail()).contains(says);
    }
  }

  /** Whichever of the two the application takes, it is not an anonymous request. */
  @ParameterizedTest
  @ValueSource(strings = {"Bearer key-acme", "Bearer wrong", "bearer", "Bearer\tkey-acme"})
  void aKeyBesideOtherCredentialsIsUnknown(String key) throws Exception {
    String one = "Authorization: " + key;
    String other = "Authorization: Basic YTpi";
    assertStatus(rule(plan(true), "GET", "/", one, other), 401);
    assertStatus(rule(plan(true), "GET", "/", other, one), 401);
  }

  @Test
  void unauthorizedChallenges() throws Exception {
    Ruling.Refused refused = (Ruling.Refused) rule(plan(false), "GET", "/");
    assertThat(refused.problem().challenge())
        .isEqualTo("ApiKey header=\"x-api-key\", Bearer realm=\"weir\"");
  }

  @Test
  void wrongKeyIsNeverAnonymousAndTwoKeysAreNoKey() throws Exception {
    assertThat(rule(plan(true), "GET", "/")).isInstanceOf(Charged.class);
    assertStatus(rule(plan(true), "GET", "/", "X-Api-Key: wrong"), 401);
    assertStatus(rule(plan(true), "GET", "/", "X-Api-Key: key-acme", "X-Api-Key: key-acme"), 401);
  }

  @Test
  void quotasAreChargedToTheConsumer() throws Exception {
    Charged charged = (Charged) rule(plan(false), "GET", "/", "X-Api-Key: key-acme");
    Outcome outcome = Objects.requireNonNull(charged.decide().given());
    assertThat(store.used("q/public/gold/monthly/Month", "acme")).isEqualTo(1);
    HttpHeaders fields = new DefaultHttpHeaders();
    charged.writeFields(fields, outcome, 0);
    assertThat(fields.get("RateLimit-Policy")).isEqualTo("\"monthly\";q=5");
    assertThat(fields.get("RateLimit")).isEqualTo("\"monthly\";r=4;t=31");
    assertThat(fields.contains("X-RateLimit-Limit")).isFalse();
  }

  @Test
  void refusesWhatCannotBeDecidedAtOnce() {
    List<Limit> limits = new ArrayList<>();
    for (int i = 0; i < 65; i++) {
      limits.add(Snapshots.limit("l" + i, 1));
    }
    assertThatThrownBy(() -> compile(Snapshots.update("r", limits.toArray(new Limit[0]))))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("65 rates and quotas");
  }

  @Test
  void unreadableUpdateLeavesTheRulesInForceAndClosesItsStore() throws Exception {
    List<ScriptedStore> opened = new ArrayList<>();
    List<Object> retired = new ArrayList<>();
    LivePolicy live =
        new LivePolicy(
            where -> {
              opened.add(new ScriptedStore());
              return opened.getLast();
            },
            new Counts(),
            retired::add);
    live.apply(Snapshots.update("r1", Snapshots.limit("a", 1)));
    assertThatThrownBy(() -> live.apply(otherStore("r2", Snapshots.limit("a", -1))))
        .isInstanceOf(RefusedException.class);
    assertThat(Objects.requireNonNull(live.rules()).revision()).isEqualTo("r1");
    assertThat(opened).hasSize(2);
    assertThat(opened.getLast().closed()).isTrue();
    assertThat(retired).isEmpty();
    live.apply(otherStore("r3", Snapshots.limit("a", 1)));
    assertThat(live.store()).isSameAs(opened.getLast());
    assertThat(retired).containsExactly(opened.getFirst());
  }

  private static FromOperator.Update otherStore(String revision, Limit limit) {
    FromOperator.Update update = Snapshots.update(revision, limit);
    return new FromOperator.Update(
        revision, revision, update.snapshot(), new Secrets("redis://r", Map.of(), Map.of()), null);
  }

  private static FromOperator.Update plan(boolean anonymous) {
    Quota quota =
        new Quota(
            "monthly",
            "q/public/gold/monthly/Month",
            Unit.REQUESTS,
            5,
            new Window(Period.MONTH, "UTC", 1));
    return Snapshots.update(
        "r",
        List.of(),
        List.of(new Plan("public", List.of(new Tier("gold", List.of(quota))), FailureAction.DENY)),
        new Identity(
            List.of(
                new ApiKeyLocation("x-api-key", null),
                new ApiKeyLocation("authorization", "Bearer")),
            anonymous),
        List.of(
            new Consumer("acme", true, Map.of("public", "gold")),
            new Consumer("new", false, Map.of("public", "gold")),
            new Consumer("poor", true, Map.of()),
            new Consumer("anonymous", true, Map.of("public", "gold"))),
        Map.of(
            Snapshots.hash("key-acme"), "acme",
            Snapshots.hash("key-new"), "new",
            Snapshots.hash("key-poor"), "poor",
            Snapshots.hash("key-gone"), "gone"));
  }

  private Rules compile(FromOperator.Update update) throws RefusedException {
    return Rules.compile(update, store, new Counts());
  }

  private Ruling rule(FromOperator.Update update, String method, String target, String... fields)
      throws RefusedException {
    HttpHeaders headers = new DefaultHttpHeaders();
    for (String field : fields) {
      int colon = field.indexOf(':');
      if (colon > 0) {
        headers.add(field.substring(0, colon), field.substring(colon + 1).strip());
      }
    }
    return compile(update)
        .rule(
            new Head(HttpMethod.valueOf(method), target, headers, false, true, false, 0),
            new KeyDigest());
  }

  private static void assertStatus(Ruling ruling, int status) {
    assertThat(ruling)
        .isInstanceOfSatisfying(
            Ruling.Refused.class,
            refused -> assertThat(refused.problem().status().code()).isEqualTo(status));
  }
}
