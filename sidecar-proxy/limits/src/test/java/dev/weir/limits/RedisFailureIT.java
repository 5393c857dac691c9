package dev.weir.limits;

import static dev.weir.limits.Cases.allow;
import static dev.weir.limits.Cases.deny;
import static dev.weir.limits.Cases.hourly;
import static dev.weir.limits.RedisCase.PATIENCE;
import static dev.weir.limits.RedisCase.ask;
import static dev.weir.limits.RedisCase.awaitSettled;
import static dev.weir.limits.RedisCase.awaitUp;
import static dev.weir.limits.RedisCase.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.limits.Outcome.Verdict;
import dev.weir.limits.testing.RedisCommands;
import dev.weir.limits.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RedisFailureIT {

  @Test
  void frozen_thenResumed_countsExactlyWhatPassed() {
    try (RedisCase shop = new RedisCase(RedisServer.start())) {
      RedisStore denying = shop.hurriedStore();
      RedisStore allowing = shop.hurriedStore();
      Counter counter = hourly("a", 1000);
      long passed = 0;
      for (int i = 0; i < 5; i++) {
        passed += outcome(denying, deny(counter, "u", 1)).passes() ? 1 : 0;
        passed += outcome(allowing, allow(counter, "u", 1)).passes() ? 1 : 0;
      }
      shop.redis.freeze();
      List<CompletableFuture<Outcome>> denied = new ArrayList<>();
      List<CompletableFuture<Outcome>> allowed = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        denied.add(ask(denying, deny(counter, "u", 7)));
        allowed.add(ask(allowing, allow(counter, "u", 1)));
      }
      assertThat(denied.stream().map(o -> o.join().verdict()))
          .containsOnly(Verdict.DENIED_ON_FAILURE);
      assertThat(allowed.stream().map(o -> o.join().verdict()))
          .containsOnly(Verdict.ALLOWED_ON_FAILURE);
      passed += 20;
      assertThat(denying.health().available()).isFalse();
      // The late commands are executed now, and taken back without any traffic.
      shop.redis.resume();
      awaitUp(denying);
      awaitUp(allowing);
      awaitSettled(denying);
      awaitSettled(allowing);
      shop.assertUsed("a", "u", passed);
      assertThat(outcome(denying, deny(counter, "u", 1000 - passed)).passes()).isTrue();
      assertThat(outcome(denying, deny(counter, "u", 1)).passes()).isFalse();
    }
  }

  @Test
  void settledWhileFrozen_isCountedExactlyOnce() {
    try (RedisCase shop = new RedisCase(RedisServer.start())) {
      List<RedisStore> stores = List.of(shop.hurriedStore(), shop.hurriedStore());
      Counter window = hourly("a", 100);
      Counter bucket = Cases.bucket(1, 24 * Cases.HOUR, 50);
      Counter ledger = Cases.ledger("l");
      long settled = 0;
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 10; i++) {
          settled += settleAll(stores.get(i % 2), i, window, bucket, ledger);
        }
        shop.redis.freeze();
        for (int i = 0; i < 50; i++) {
          settled += settleAll(stores.get(i % 2), i, window, bucket, ledger);
        }
        await()
            .atMost(PATIENCE)
            .until(() -> stores.stream().noneMatch(s -> s.health().available()));
        settled += settleAll(stores.getFirst(), 7, window, bucket, ledger);
        // Late commands are executed now.
        shop.redis.resume();
        stores.forEach(RedisCase::awaitUp);
        stores.forEach(RedisCase::awaitSettled);
      }
      shop.assertUsed("a", "u", settled);
      assertThat(shop.number("HGET", "weir:{shop}:b:bucket:u", "t")).isEqualTo(50 - settled);
      assertThat(shop.used("l", "m")).isEqualTo(settled);
      assertThat(outcome(stores.getLast(), Cases.needs(window, "u", 1)).passes()).isFalse();
      assertThat(outcome(stores.getLast(), Cases.needs(bucket, "u", 1)).states().getFirst())
          .matches(state -> !state.fits() && state.retryMicros() > Cases.HOUR);
    }
  }

  private static long settleAll(RedisStore store, long cost, Counter... counters) {
    List<Charge> charges = new ArrayList<>();
    for (Counter counter : counters) {
      charges.add(deny(counter, counter.indexed() ? "m" : "u", cost));
    }
    store.settle(charges);
    return cost;
  }

  @Test
  void settledWhileStopped_isKeptBeyondTheTableOfHoldings() {
    try (RedisCase shop = new RedisCase(RedisServer.startWithAof())) {
      RedisStore store =
          shop.store(
              RedisStore.builder(shop.redis.url(), "shop")
                  .timeout(Duration.ofSeconds(10))
                  .maxHoldings(5));
      Counter counter = hourly("a", 10);
      shop.redis.stop();
      for (int i = 0; i < 300; i++) {
        Cases.settle(store, counter, "u" + i, i);
        Cases.settle(store, counter, "u" + i, 1);
      }
      await().atMost(PATIENCE).until(() -> !store.health().available());
      shop.redis.startAgain();
      awaitUp(store);
      awaitSettled(store);
      for (int i = 0; i < 300; i++) {
        shop.assertUsed("a", "u" + i, i + 1);
      }
    }
  }

  @Test
  void settledAndThenFlushed_isToldAgain() {
    try (RedisCase shop = new RedisCase(RedisServer.start())) {
      List<RedisStore> stores = List.of(shop.store(), shop.store());
      stores.forEach(store -> Cases.settle(store, Cases.ledger("l"), "m", 20));
      stores.forEach(RedisCase::awaitSettled);
      try (RedisCommands commands = shop.redis.commands()) {
        commands.text("FLUSHALL");
      }
      await().atMost(PATIENCE).untilAsserted(() -> shop.assertUsed("l", "m", 40));
    }
  }

  @Test
  void closedWhileFrozen_endsWithinItsBound() {
    try (RedisCase shop = new RedisCase(RedisServer.start())) {
      RedisStore store = shop.hurriedStore();
      shop.redis.freeze();
      Cases.settle(store, hourly("a", 10), "u", 3);
      CompletableFuture.runAsync(store::close).orTimeout(60, TimeUnit.SECONDS).join();
      Cases.settle(store, hourly("a", 10), "u", 3); // too late, and says so
      shop.redis.resume();
      // What was under way may have been taken, but no more than once.
      RedisStore other = shop.store();
      assertThat(outcome(other, deny(hourly("a", 10), "u", 7)).passes()).isTrue();
    }
  }

  @Test
  void closedWhileStopped_tellsOnceItIsBackWithinItsBound() {
    try (RedisCase shop = new RedisCase(RedisServer.startWithAof())) {
      RedisStore store = shop.store();
      shop.redis.stop();
      await().atMost(PATIENCE).until(() -> !store.health().available());
      Cases.settle(store, hourly("a", 10), "u", 3);
      shop.redis.startAgain();
      store.close();
      shop.assertUsed("a", "u", 3);
    }
  }

  @Test
  void frozenLongerThanAConnectionIsTrusted_heals() throws InterruptedException {
    try (RedisCase shop = new RedisCase(RedisServer.start())) {
      RedisStore store = shop.hurriedStore();
      Counter counter = hourly("a", 100);
      outcome(store, allow(counter, "u", 1));
      shop.redis.freeze();
      long passed = 1;
      String error = "";
      while (!error.contains("onnect")) { // until it tries another connection
        passed += outcome(store, allow(counter, "u", 1)).passes() ? 1 : 0;
        error = String.valueOf(store.health().error());
        Thread.sleep(200);
      }
      shop.redis.resume();
      awaitUp(store);
      awaitSettled(store);
      shop.assertUsed("a", "u", passed);
    }
  }

  @Test
  void stopped_failsAtOnceAndHealsWithAof() {
    try (RedisCase shop = new RedisCase(RedisServer.startWithAof())) {
      RedisStore store = shop.store();
      Counter counter = hourly("a", 10);
      outcome(store, deny(counter, "u", 3));
      shop.redis.stop();
      await().atMost(PATIENCE).until(() -> !store.health().available());
      assertThat(store.decide(List.of(deny(counter, "u", 1))).given())
          .isEqualTo(new Outcome(Verdict.DENIED_ON_FAILURE, List.of()));
      assertThat(store.decide(List.of(allow(counter, "u", 2))).given())
          .isEqualTo(new Outcome(Verdict.ALLOWED_ON_FAILURE, List.of()));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(store.health().error()).contains("Connection refused"));
      shop.redis.startAgain();
      awaitUp(store);
      awaitSettled(store);
      shop.assertUsed("a", "u", 5);
      assertThat(outcome(store, deny(counter, "u", 5)).passes()).isTrue();
      assertThat(outcome(store, deny(counter, "u", 1)).passes()).isFalse();
    }
  }

  @Test
  void mixedDecision_isDeniedAndNotCounted() {
    try (RedisCase shop = new RedisCase(RedisServer.start())) {
      RedisStore store = shop.store();
      outcome(store, deny(hourly("a", 10), "u", 1));
      shop.redis.stop();
      await().atMost(PATIENCE).until(() -> !store.health().available());
      assertThat(outcome(store, allow(hourly("a", 10), "u", 1), deny(hourly("b", 9), "u", 1)))
          .extracting(Outcome::verdict)
          .isEqualTo(Verdict.DENIED_ON_FAILURE);
      shop.redis.startAgain();
      awaitUp(store);
      awaitSettled(store);
      shop.assertUsed("a", "u", 1);
    }
  }

  @Test
  void restartedWithoutPersistence_isToldWhatWasUsed() {
    try (RedisCase shop = new RedisCase(RedisServer.start())) {
      List<RedisStore> stores = List.of(shop.store(), shop.store());
      Counter counter = hourly("a", 10);
      stores.forEach(store -> outcome(store, deny(counter, "u", 3)));
      Counter bucket = Cases.bucket(1, Cases.HOUR, 10);
      outcome(stores.getFirst(), deny(bucket, "u", 4));
      outcome(stores.getLast(), deny(bucket, "u", 4));
      outcome(stores.getFirst(), deny(Cases.yearly("q", 100), "u", 42));
      shop.redis.kill();
      shop.redis.startAgain();
      for (RedisStore store : stores) {
        awaitUp(store);
        awaitSettled(store);
      }
      shop.assertUsed("a", "u", 6);
      assertThat(shop.used("q", "u")).isEqualTo(42);
      assertThat(outcome(stores.getFirst(), deny(counter, "u", 5)).passes()).isFalse();
      assertThat(outcome(stores.getLast(), deny(counter, "u", 4)).passes()).isTrue();
      assertThat(outcome(stores.getFirst(), deny(bucket, "u", 3)).passes()).isFalse();
      assertThat(outcome(stores.getFirst(), deny(bucket, "u", 2)).passes()).isTrue();
    }
  }

  @Test
  void flushed_isToldByIdleHoldersToo() {
    try (RedisCase shop = new RedisCase(RedisServer.start())) {
      List<RedisStore> stores = List.of(shop.store(), shop.store());
      Counter counter = hourly("a", 10);
      stores.forEach(store -> outcome(store, deny(counter, "u", 3)));
      try (RedisCommands commands = shop.redis.commands()) {
        commands.text("FLUSHALL");
        commands.text("SCRIPT", "FLUSH");
      }
      await().atMost(PATIENCE).untilAsserted(() -> shop.assertUsed("a", "u", 6));
      assertThat(outcome(stores.getFirst(), deny(counter, "u", 5)).passes()).isFalse();
    }
  }

  @Test
  void forgottenScript_isSentAgain() {
    try (RedisCase shop = new RedisCase(RedisServer.start())) {
      RedisStore store = shop.store();
      try (RedisCommands commands = shop.redis.commands()) {
        commands.text("SCRIPT", "FLUSH");
      }
      assertThat(outcome(store, deny(hourly("a", 1), "u", 1)).verdict())
          .isEqualTo(Verdict.ADMITTED);
    }
  }

  @Test
  void wrongPassword_isToldWithoutTheRightOne() {
    try (RedisServer redis = RedisServer.start("--requirepass", "geheim")) {
      String url = "redis://:falsch@127.0.0.1:" + redis.port();
      try (RedisStore store = RedisStore.builder(url, "shop").open()) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(store.health().error()).contains("WRONGPASS"));
        assertThat(store.health().error()).doesNotContain("falsch");
        assertThat(outcome(store, deny(hourly("a", 1), "u", 1)).verdict())
            .isEqualTo(Verdict.DENIED_ON_FAILURE);
      }
      String right = "redis://:geheim@127.0.0.1:" + redis.port();
      try (RedisStore store = RedisStore.builder(right, "shop").open()) {
        awaitUp(store);
      }
    }
  }

  @Test
  void failingScript_endsByTheFailureActionAndHeals() {
    try (RedisCase shop = new RedisCase(RedisServer.start())) {
      RedisStore store = shop.store();
      try (RedisCommands commands = shop.redis.commands()) {
        commands.text("SET", "weir:{shop}:w:a:u", "not a hash");
        assertThat(outcome(store, deny(hourly("a", 5), "u", 1)).verdict())
            .isEqualTo(Verdict.DENIED_ON_FAILURE);
        assertThat(store.health().error()).contains("WRONGTYPE");
        commands.text("DEL", "weir:{shop}:w:a:u");
      }
      awaitUp(store);
      assertThat(outcome(store, deny(hourly("a", 5), "u", 1)).passes()).isTrue();
    }
  }

  @Test
  void fullTableOfHoldings_neverGivesMoreThanTheLimit() {
    try (RedisCase shop = new RedisCase(RedisServer.start())) {
      RedisStore store =
          shop.store(
              RedisStore.builder(shop.redis.url(), "shop")
                  .timeout(Duration.ofSeconds(10))
                  .maxHoldings(5));
      Counter counter = hourly("a", 3);
      long passed = 0;
      for (int round = 0; round < 6; round++) {
        for (int subject = 0; subject < 20; subject++) {
          passed += outcome(store, deny(counter, "u" + subject, 1)).passes() ? 1 : 0;
        }
      }
      assertThat(passed).isEqualTo(60);
    }
  }
}
