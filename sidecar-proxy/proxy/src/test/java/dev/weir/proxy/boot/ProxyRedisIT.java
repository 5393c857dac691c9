package dev.weir.proxy.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.limits.CalendarUnit;
import dev.weir.limits.Counter;
import dev.weir.limits.LimitSpec;
import dev.weir.limits.RedisUsageReader;
import dev.weir.limits.UsageReader.SubjectUsage;
import dev.weir.limits.testing.RedisServer;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.Snapshot.Algorithm;
import dev.weir.protocol.Snapshot.ApiKeyLocation;
import dev.weir.protocol.Snapshot.Consumer;
import dev.weir.protocol.Snapshot.FailureAction;
import dev.weir.protocol.Snapshot.HeaderFormat;
import dev.weir.protocol.Snapshot.Identity;
import dev.weir.protocol.Snapshot.KeyPart;
import dev.weir.protocol.Snapshot.KeySource;
import dev.weir.protocol.Snapshot.Limit;
import dev.weir.protocol.Snapshot.MissingKey;
import dev.weir.protocol.Snapshot.Period;
import dev.weir.protocol.Snapshot.Plan;
import dev.weir.protocol.Snapshot.Quota;
import dev.weir.protocol.Snapshot.Rate;
import dev.weir.protocol.Snapshot.ResetFormat;
import dev.weir.protocol.Snapshot.Tier;
import dev.weir.protocol.Snapshot.Unit;
import dev.weir.protocol.Snapshot.Window;
import dev.weir.proxy.testing.Leaks;
import dev.weir.proxy.testing.RawClient;
import dev.weir.proxy.testing.Snapshots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests on the wire, decided by a real Redis. */
@ExtendWith(Leaks.class)
class ProxyRedisIT {
  /** No test sees this window end: windows are aligned to the epoch, so it ends in 2069. */
  private static final long HALF_A_CENTURY = Duration.ofDays(365 * 50L).toMillis();

  /** Only a Redis that does not answer reaches it. */
  private static final long PATIENT = 10_000;

  private static final long HASTY = 200;
  private static final String OK = "HTTP/1.1 200 ";
  private static final String LIMITED = "HTTP/1.1 429 ";

  @Test
  void twoProxiesShareALimitExactly() throws Exception {
    FromOperator.Update update = Snapshots.update("r", window("a", 100, FailureAction.DENY));
    try (RedisServer redis = RedisServer.start();
        TestProxy one = proxy(update, redis, PATIENT);
        TestProxy other = proxy(update, redis, PATIENT);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        TestProxy proxy = i % 2 == 0 ? one : other;
        answers.add(clients.submit(() -> statuses(proxy, 10)));
      }
      List<String> all = new ArrayList<>();
      for (Future<List<String>> some : answers) {
        all.addAll(some.get());
      }
      assertThat(all).hasSize(320).containsOnly("200", "429");
      assertThat(all.stream().filter("200"::equals)).hasSize(100);
      assertThat(one.origin.heads()).isNotEmpty();
      assertThat(other.origin.heads()).isNotEmpty().hasSize(100 - one.origin.heads().size());
    }
  }

  private static List<String> statuses(TestProxy proxy, int requests) throws IOException {
    List<String> statuses = new ArrayList<>();
    try (RawClient client = proxy.client()) {
      for (int n = 0; n < requests; n++) {
        statuses.add(get(client, "/").substring(9, 12));
      }
    }
    return statuses;
  }

  @Test
  void frozenRedisPassesAllowDeniesDenyAndHealsExactly() throws Exception {
    try (RedisServer redis = RedisServer.start();
        TestProxy open = proxy(only(window("open", 1000, FailureAction.ALLOW)), redis, HASTY);
        TestProxy shut = proxy(only(window("shut", 1000, FailureAction.DENY)), redis, HASTY);
        RawClient allowed = open.client();
        RawClient denied = shut.client()) {
      redis.freeze();
      for (int i = 0; i < 5; i++) {
        assertThat(get(allowed, "/")).startsWith(OK).doesNotContain("RateLimit");
        assertThat(get(denied, "/"))
            .startsWith("HTTP/1.1 503 ")
            .contains("retry-after: 1\r\n", "#temporary-reduced-capacity");
      }
      assertThat(open.origin.heads()).hasSize(5);
      assertThat(shut.origin.heads()).isEmpty();
      redis.resume();
      awaitCounted(allowed, open);
      awaitCounted(denied, shut);
    }
  }

  /** Until Redis decides again; by then it knows of every request that passed, and of no other. */
  private static void awaitCounted(RawClient client, TestProxy proxy) {
    soon()
        .untilAsserted(
            () ->
                assertThat(get(client, "/"))
                    .startsWith(OK)
                    .contains(
                        "X-RateLimit-Remaining: " + (1000 - proxy.origin.heads().size()) + "\r\n"));
  }

  @Test
  void restartedRedisIsToldWhatPassed() throws Exception {
    try (RedisServer redis = RedisServer.start();
        TestProxy proxy = proxy(only(window("a", 1000, FailureAction.ALLOW)), redis, HASTY);
        RawClient client = proxy.client()) {
      awaitCounted(client, proxy);
      redis.kill();
      assertThat(get(client, "/")).startsWith(OK);
      redis.startAgain();
      awaitCounted(client, proxy);
    }
  }

  @Test
  void keysAreReadFromTheRequest() throws Exception {
    Limit limit =
        limit(
            "a",
            new Rate("a", Algorithm.FIXED_WINDOW, 1, HALF_A_CENTURY, 1),
            FailureAction.DENY,
            new KeyPart(KeySource.METHOD, null),
            new KeyPart(KeySource.PATH, null),
            new KeyPart(KeySource.QUERY, "user"));
    try (RedisServer redis = RedisServer.start();
        TestProxy proxy = proxy(only(limit), redis, PATIENT);
        RawClient client = proxy.client()) {
      assertThat(get(client, "/a?user=1")).startsWith(OK);
      assertThat(get(client, "/a?user=2")).startsWith(OK);
      assertThat(get(client, "/b?user=1")).startsWith(OK);
      assertThat(get(client, "/a")).startsWith(OK);
      client.send("DELETE /a?user=1 HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.response()).startsWith(OK);
      for (String same : List.of("/a?user=1", "//%61?x&user=%31", "/a;p=1?user=1", "/a?")) {
        assertThat(get(client, same)).as(same).startsWith(LIMITED);
      }
      try (var commands = redis.commands()) {
        assertThat(commands.list("KEYS", "*:w:*"))
            .containsExactlyInAnyOrder(
                "weir:{shop}:w:a:GET|/a|1",
                "weir:{shop}:w:a:GET|/a|2",
                "weir:{shop}:w:a:GET|/b|1",
                "weir:{shop}:w:a:GET|/a|%25-",
                "weir:{shop}:w:a:DELETE|/a|1");
      }
    }
  }

  @Test
  void bucketGivesItsBurstAndThenWhatItGains() throws Exception {
    Rate slow = new Rate("slow", Algorithm.TOKEN_BUCKET, 1, HALF_A_CENTURY, 5);
    Rate fast = new Rate("fast", Algorithm.TOKEN_BUCKET, 2, 1000, 2);
    try (RedisServer redis = RedisServer.start();
        TestProxy burst = proxy(only(limit("a", slow, FailureAction.DENY)), redis, PATIENT);
        TestProxy gain = proxy(only(limit("a", fast, FailureAction.DENY)), redis, PATIENT);
        RawClient client = gain.client()) {
      assertThat(statuses(burst, 7))
          .containsExactly("200", "200", "200", "200", "200", "429", "429");
      soon().until(() -> get(client, "/").startsWith(LIMITED));
      soon().until(() -> get(client, "/").startsWith(OK));
    }
  }

  @Test
  void quotasAreCountedByApiKeyAndTheOperatorCanReadThem() throws Exception {
    String id = "q/public/gold/yearly/Year";
    Quota quota = new Quota("yearly", id, Unit.REQUESTS, 3, new Window(Period.YEAR, "UTC", 1));
    FromOperator.Update update =
        Snapshots.update(
            "r",
            List.of(),
            List.of(
                new Plan("public", List.of(new Tier("gold", List.of(quota))), FailureAction.DENY)),
            new Identity(List.of(new ApiKeyLocation("x-api-key", null)), false),
            List.of(
                new Consumer("acme", true, Map.of("public", "gold")),
                new Consumer("beta", true, Map.of("public", "gold"))),
            Map.of(hash("key-1"), "acme", hash("key-2"), "acme", hash("key-3"), "beta"));
    LimitSpec year = new LimitSpec.CalendarWindow(3, CalendarUnit.YEAR, ZoneOffset.UTC, 1);
    try (RedisServer redis = RedisServer.start();
        RedisUsageReader reader = new RedisUsageReader(redis.url(), Duration.ofSeconds(10));
        TestProxy proxy = proxy(update, redis, PATIENT);
        RawClient client = proxy.client()) {
      assertThat(withKey(client, "key-1")).startsWith(OK).contains("RateLimit: \"yearly\";r=2;t=");
      assertThat(withKey(client, "key-2")).startsWith(OK).contains("RateLimit: \"yearly\";r=1;t=");
      assertThat(withKey(client, "key-1")).startsWith(OK);
      assertThat(withKey(client, "key-2")).startsWith(LIMITED);
      assertThat(withKey(client, "key-3")).startsWith(OK);
      assertThat(withKey(client, "key-4")).startsWith("HTTP/1.1 401 ");
      var usage = reader.read("shop", new Counter(id, year, true), 10).get(20, TimeUnit.SECONDS);
      assertThat(usage.top())
          .containsExactly(new SubjectUsage("acme", 3), new SubjectUsage("beta", 1));
    }
  }

  private static String withKey(RawClient client, String key) throws IOException {
    client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Api-Key: " + key + "\r\n\r\n");
    return client.response();
  }

  private static String hash(String key) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
  }

  private static TestProxy proxy(FromOperator.Update update, RedisServer redis, long timeoutMillis)
      throws Exception {
    TestProxy proxy =
        TestProxy.withItsStore(Snapshots.withRedis(update, redis.url(), timeoutMillis));
    soon().until(() -> proxy.opened().health().available());
    return proxy;
  }

  private static FromOperator.Update only(Limit limit) {
    return Snapshots.update("r", limit);
  }

  private static Limit window(String name, long limit, FailureAction onFailure) {
    return limit(
        name, new Rate(name, Algorithm.FIXED_WINDOW, limit, HALF_A_CENTURY, limit), onFailure);
  }

  private static Limit limit(String name, Rate rate, FailureAction onFailure, KeyPart... key) {
    return new Limit(
        name,
        Snapshots.ALL,
        List.of(key),
        MissingKey.SHARED,
        Unit.REQUESTS,
        List.of(rate),
        HeaderFormat.X_RATE_LIMIT,
        ResetFormat.DELTA_SECONDS,
        onFailure);
  }

  private static String get(RawClient client, String target) throws IOException {
    client.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return client.response();
  }

  private static ConditionFactory soon() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }
}
