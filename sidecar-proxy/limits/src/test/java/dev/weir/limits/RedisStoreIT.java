package dev.weir.limits;

import static dev.weir.limits.Cases.SECOND;
import static dev.weir.limits.Cases.deny;
import static dev.weir.limits.Cases.hourly;
import static dev.weir.limits.RedisCase.ask;
import static dev.weir.limits.RedisCase.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.limits.Outcome.ChargeState;
import dev.weir.limits.Outcome.Verdict;
import dev.weir.limits.testing.RedisCommands;
import dev.weir.limits.testing.RedisServer;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.Transports;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisStoreIT {

  private final RedisCase shop = new RedisCase(RedisServer.start());

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void oneHolder_takesExactlyTheLimit() {
    RedisStore store = shop.store();
    Counter counter = hourly("a", 10);
    for (int i = 0; i < 10; i++) {
      Outcome outcome = outcome(store, deny(counter, "u", 1));
      assertThat(outcome.verdict()).isEqualTo(Verdict.ADMITTED);
      assertThat(outcome.states().getFirst().remaining()).isEqualTo(9 - i);
      assertThat(outcome.states().getFirst().resetMicros()).isBetween(0L, Cases.HOUR);
    }
    Outcome eleventh = outcome(store, deny(counter, "u", 1));
    assertThat(eleventh.verdict()).isEqualTo(Verdict.LIMITED);
    ChargeState state = eleventh.states().getFirst();
    assertThat(state.retryMicros()).isEqualTo(state.resetMicros());
    shop.assertUsed("a", "u", 10);
    assertThat(store.health()).isEqualTo(new Store.Health(true, true, null));
  }

  @Test
  void manyHolders_togetherTakeExactlyTheLimit() {
    Counter counter = hourly("a", 500);
    List<RedisStore> stores = List.of(shop.store(), shop.store(), shop.store(), shop.store());
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      for (RedisStore store : stores) {
        outcomes.add(ask(store, deny(counter, "u", 1)));
      }
    }
    assertThat(admitted(outcomes)).isEqualTo(500);
    shop.assertUsed("a", "u", 500);
  }

  @Test
  void decisionsOverSeveralCounters_takeAllOrNothing() {
    List<RedisStore> stores = List.of(shop.store(), shop.store(), shop.store());
    List<Counter> counters = List.of(hourly("a", 60), hourly("b", 90), hourly("c", 120));
    long[] expected = new long[3];
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    List<int[]> costs = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      int[] cost = {random.nextInt(3), random.nextInt(3), random.nextInt(3)};
      Charge[] charges = new Charge[3];
      for (int k = 0; k < 3; k++) {
        charges[k] = deny(counters.get(k), "u", cost[k]);
      }
      costs.add(cost);
      outcomes.add(ask(stores.get(i % 3), charges));
    }
    for (int i = 0; i < outcomes.size(); i++) {
      if (joined(outcomes.get(i)).passes()) {
        for (int k = 0; k < 3; k++) {
          expected[k] += costs.get(i)[k];
        }
      }
    }
    shop.assertUsed("a", "u", expected[0]);
    shop.assertUsed("b", "u", expected[1]);
    shop.assertUsed("c", "u", expected[2]);
    assertThat(expected[0]).isBetween(59L, 60L);
  }

  @Test
  void bucket_admitsTheBurstAndNoMoreThanItsRate() {
    // 10 a second, so that what the test's run gains is small beside the burst.
    Counter counter = Cases.bucket(10, SECOND, 200);
    List<RedisStore> stores = List.of(shop.store(), shop.store());
    long before = System.nanoTime();
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      outcomes.add(ask(stores.get(i % 2), deny(counter, "u", 1)));
    }
    long admitted = admitted(outcomes);
    double seconds = (System.nanoTime() - before) / 1e9;
    assertThat(admitted).isBetween(200L, 201L + (long) (10 * seconds));
    ChargeState state = outcome(stores.getFirst(), deny(counter, "u", 200)).states().getFirst();
    assertThat(state.fits()).isFalse();
    assertThat(state.retryMicros()).isEqualTo(state.resetMicros()).isPositive();
  }

  @Test
  void changedLimit_appliesAtOnceAndKeepsWhatWasUsed() {
    RedisStore store = shop.store();
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (long limit : new long[] {10, 3, 20, 20, 1}) {
      // Together in one group commit or not: each by the limit it came with.
      outcomes.add(ask(store, deny(hourly("a", limit), "u", 3)));
    }
    assertThat(outcomes.stream().map(o -> joined(o).passes()))
        .containsExactly(true, false, true, true, false);
    assertThat(joined(outcomes.get(3)).states().getFirst().remaining()).isEqualTo(11);
  }

  @Test
  void holderThatDies_leavesWhatItUsedAndWhatWasUnderWay() {
    Counter counter = hourly("a", 10);
    RedisStore dying = shop.store();
    outcome(dying, deny(counter, "u", 4));
    dying.decide(List.of(deny(counter, "u", 1)));
    dying.decide(List.of(deny(counter, "u", 1)));
    dying.close();
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    RedisStore other = shop.store();
    for (int i = 0; i < 10; i++) {
      outcomes.add(ask(other, deny(counter, "u", 1)));
    }
    assertThat(admitted(outcomes)).isBetween(4L, 6L);
    shop.assertUsed("a", "u", 10);
  }

  @Test
  void settled_goesOverTheLimitAndIsSeenByTheNextDecision() {
    RedisStore store = shop.store();
    Counter counter = hourly("a", 10);
    assertThat(outcome(store, Cases.needs(counter, "u", 1)).passes()).isTrue();
    Cases.settle(store, counter, "u", 25);
    // In the same call or in the next one: what is settled comes first.
    Outcome outcome = outcome(store, Cases.needs(counter, "u", 1));
    assertThat(outcome.verdict()).isEqualTo(Verdict.LIMITED);
    assertThat(outcome.states().getFirst().remaining()).isZero();
    assertThat(outcome(store, deny(counter, "u", 0)).passes()).isTrue();
    shop.assertUsed("a", "u", 25);
  }

  @Test
  void decisionsAndSettlesOfManyStores_addUpExactly() {
    List<RedisStore> stores = List.of(shop.store(), shop.store(), shop.store());
    Random random = new Random(11);
    long[] expected = new long[5];
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      int subject = random.nextInt(5);
      if (random.nextBoolean()) {
        int amount = random.nextInt(40);
        Cases.settle(stores.get(i % 3), hourly("a", 9000), "u" + subject, amount);
        expected[subject] += amount;
      } else {
        Charge charge = deny(hourly("a", 9000), "u" + subject, 1 + random.nextInt(3));
        outcomes.add(
            ask(stores.get(i % 3), charge)
                .whenComplete(
                    (outcome, e) -> {
                      synchronized (expected) {
                        expected[subject] += outcome.passes() ? charge.cost() : 0;
                      }
                    }));
      }
    }
    outcomes.forEach(RedisStoreIT::joined);
    stores.forEach(RedisCase::awaitSettled);
    synchronized (expected) {
      for (int subject = 0; subject < 5; subject++) {
        shop.assertUsed("a", "u" + subject, expected[subject]);
      }
    }
  }

  /** More counters than a call has room for, of decisions and of settles alike. */
  @Test
  void settlesAndDecisions_doNotKeepEachOtherWaiting() {
    RedisStore store = shop.store();
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      List<Charge> settled = new ArrayList<>();
      List<Charge> asked = new ArrayList<>();
      for (int k = 0; k < 64; k++) {
        settled.add(deny(hourly("s", 5), i + "/" + k, 7));
        asked.add(deny(hourly("d", 5), i + "/" + k, 1));
      }
      store.settle(settled);
      outcomes.add(ask(store, asked.toArray(Charge[]::new)));
    }
    assertThat(admitted(outcomes)).isEqualTo(40);
    RedisCase.awaitSettled(store);
    for (int i = 0; i < 40; i++) {
      shop.assertUsed("s", i + "/63", 7);
      shop.assertUsed("d", i + "/63", 1);
    }
  }

  @Test
  void closing_tellsWhatWasSettled() {
    RedisStore store = shop.store();
    Counter counter = hourly("a", 10);
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      Cases.settle(store, counter, "u" + i, 20);
      outcomes.add(ask(store, deny(hourly("b", 1000), "u", 1)));
    }
    store.close();
    for (int i = 0; i < 500; i++) {
      shop.assertUsed("a", "u" + i, 20);
    }
    outcomes.forEach(outcome -> assertThat(outcome).isCompleted());
  }

  @Test
  void closingOnAnEventLoop_doesNotWait() throws Exception {
    EventLoopGroup loops =
        new DefaultEventLoopGroupProvider(1).allocate(Transports.eventLoopGroupClass());
    RedisStore store = shop.store(RedisStore.builder(shop.redis.url(), "shop").eventLoops(loops));
    loops
        .submit(
            () -> {
              Cases.settle(store, hourly("a", 10), "u", 20);
              store.close();
            })
        .get(60, TimeUnit.SECONDS);
    await().atMost(RedisCase.PATIENCE).untilAsserted(() -> shop.assertUsed("a", "u", 20));
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
  }

  @Test
  void subjectsOfAnyKind_areCountedApart() {
    RedisStore store = shop.store();
    Counter counter = hourly("a", 1);
    List<String> subjects =
        List.of("", " ", "a", "A", "a:b", "{shop}", "}", "ü", "\n", "x".repeat(5000), "%20", "#");
    for (String subject : subjects) {
      assertThat(outcome(store, deny(counter, subject, 1)).passes()).as(subject).isTrue();
      assertThat(outcome(store, deny(counter, subject, 1)).passes()).as(subject).isFalse();
    }
  }

  @Test
  void everyKeyEnds_butTheIncarnation() {
    RedisStore store = shop.store();
    outcome(
        store,
        deny(hourly("a", 5), "u", 1),
        deny(Cases.bucket(1, SECOND, 5), "u", 1),
        deny(Cases.yearly("q", 5), "u", 1));
    try (RedisCommands commands = shop.redis.commands()) {
      List<String> keys = commands.list("KEYS", "*");
      assertThat(keys).hasSize(7).allMatch(key -> key.startsWith("weir:{shop}:"));
      for (String key : keys) {
        long ttl = Long.parseLong(commands.text("TTL", key));
        if (key.equals("weir:{shop}:incarnation")) {
          assertThat(ttl).isEqualTo(-1);
        } else {
          assertThat(ttl).as(key).isPositive();
        }
      }
    }
  }

  @Test
  void clockOfThisProcess_doesNotMatter() {
    Counter counter = Cases.yearly("q", 3);
    RedisStore right = shop.store();
    long thirtyYears = 30L * 365 * 24 * Cases.HOUR;
    RedisStore wrong =
        shop.store(
            RedisStore.builder(shop.redis.url(), "shop")
                .timeout(Duration.ofSeconds(10))
                .wallMicros(() -> thirtyYears));
    assertThat(outcome(right, deny(counter, "u", 2)).passes()).isTrue();
    assertThat(outcome(wrong, deny(counter, "u", 1)).passes()).isTrue();
    assertThat(outcome(wrong, deny(counter, "u", 1)).passes()).isFalse();
  }

  @Test
  void sharedEventLoop_staysOpenAndHasAllCallbacks() throws Exception {
    EventLoopGroup loops =
        new DefaultEventLoopGroupProvider(1).allocate(Transports.eventLoopGroupClass());
    RedisStore store = shop.store(RedisStore.builder(shop.redis.url(), "shop").eventLoops(loops));
    List<CompletableFuture<Boolean>> onLoop = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
      onLoop.add(inLoop);
      loops.execute(
          () ->
              store
                  .decide(List.of(deny(hourly("a", 100), "u", 1)))
                  .onDecided(decided -> inLoop.complete(loops.iterator().next().inEventLoop())));
    }
    assertThat(onLoop.stream().map(CompletableFuture::join)).containsOnly(true);
    store.close();
    assertThat(loops.isShuttingDown()).isFalse();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
  }

  @Test
  void closedStore_endsDecisionsByTheirFailureAction() {
    RedisStore store = shop.store();
    store.close();
    assertThat(outcome(store, deny(hourly("a", 1), "u", 1)).verdict())
        .isEqualTo(Verdict.DENIED_ON_FAILURE);
    assertThat(outcome(store, Cases.allow(hourly("a", 1), "u", 1)).verdict())
        .isEqualTo(Verdict.ALLOWED_ON_FAILURE);
  }

  @Test
  void badUrl_isRefusedWithoutItsPassword() {
    assertThatThrownBy(() -> RedisStore.builder("redes://:geheim@host", "shop").open())
        .hasMessageContaining("redis://[user:password@]host")
        .hasMessageNotContaining("geheim")
        .hasNoCause();
  }

  static long admitted(List<CompletableFuture<Outcome>> outcomes) {
    return outcomes.stream().filter(outcome -> joined(outcome).passes()).count();
  }

  private static Outcome joined(CompletableFuture<Outcome> outcome) {
    return outcome.orTimeout(60, TimeUnit.SECONDS).join();
  }
}
