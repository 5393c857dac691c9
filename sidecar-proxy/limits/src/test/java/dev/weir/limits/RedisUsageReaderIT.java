package dev.weir.limits;

import static dev.weir.limits.Cases.deny;
import static dev.weir.limits.Cases.yearly;
import static dev.weir.limits.RedisCase.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.limits.UsageReader.SubjectUsage;
import dev.weir.limits.UsageReader.Usage;
import dev.weir.limits.testing.RedisServer;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisUsageReaderIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RedisCase shop = new RedisCase(RedisServer.start());
  private final RedisUsageReader reader = new RedisUsageReader(shop.redis.url(), PATIENCE);

  @AfterEach
  void close() {
    reader.close();
    shop.close();
  }

  @Test
  void usage_isWhatAllHoldersTook() {
    List<RedisStore> stores = List.of(shop.store(), shop.store());
    Counter counter = yearly("q", 10);
    outcome(stores.get(0), deny(counter, "bob", 4));
    outcome(stores.get(1), deny(counter, "bob", 6));
    outcome(stores.get(1), deny(counter, "bob", 1)); // not taken
    outcome(stores.get(1), deny(counter, "a:{%}" + "x".repeat(200), 3));
    outcome(stores.get(0), deny(counter, "eve", 1));
    outcome(stores.get(0), deny(counter, "looks", 0));
    outcome(stores.get(0), deny(yearly("other", 10), "eve", 9));
    ZonedDateTime year =
        ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).withDayOfYear(1);
    assertThat(read(counter, 2))
        .isEqualTo(
            new Usage(
                14,
                3,
                1,
                List.of(
                    new SubjectUsage("bob", 10), new SubjectUsage("a:{%}" + "x".repeat(200), 3)),
                year.toInstant().toEpochMilli(),
                year.plusYears(1).toInstant().toEpochMilli()));
    assertThat(read(counter, 0).top()).isEmpty();
    assertThat(read(yearly("q", 3), 9).exhausted()).isEqualTo(2);
  }

  /** A route's ledger: all its lines are read at once. */
  @Test
  void ledger_isReadWhole() {
    List<RedisStore> stores = List.of(shop.store(), shop.store());
    Counter ledger = Cases.ledger("u/route");
    Map<String, Long> expected = new HashMap<>();
    long sum = 0;
    for (int i = 0; i < 2000; i++) {
      String line = "m/model " + i / 4 + "/" + "pqrs".charAt(i % 4) + "/USD/1000000/2.5";
      Cases.settle(stores.get(i % 2), ledger, line, i + 1);
      Cases.settle(stores.get((i + 1) % 2), ledger, line, 1_000_000_000_000L);
      expected.put(line, i + 1 + 1_000_000_000_000L);
      sum += i + 1 + 1_000_000_000_000L;
    }
    stores.forEach(RedisCase::awaitSettled);
    Usage usage = read(ledger, 5000);
    assertThat(usage).extracting(Usage::used, Usage::subjects).containsExactly(sum, 2000L);
    assertThat(
            usage.top().stream()
                .collect(Collectors.toMap(SubjectUsage::subject, SubjectUsage::used)))
        .isEqualTo(expected);
  }

  @Test
  void unusedCounter_hasNothing() {
    assertThat(read(yearly("q", 10), 5))
        .extracting(Usage::used, Usage::subjects, Usage::exhausted, Usage::top)
        .containsExactly(0L, 0L, 0L, List.of());
  }

  @Test
  void takenBackUsage_leavesTheIndex() {
    RedisStore store = shop.hurriedStore();
    Counter counter = yearly("q", 10);
    outcome(store, deny(counter, "bob", 2));
    shop.redis.freeze();
    outcome(store, deny(counter, "bob", 3), deny(counter, "eve", 5));
    shop.redis.resume();
    RedisCase.awaitUp(store);
    RedisCase.awaitSettled(store);
    assertThat(read(counter, 5))
        .extracting(Usage::used, Usage::subjects, Usage::top)
        .containsExactly(2L, 1L, List.of(new SubjectUsage("bob", 2)));
  }

  @Test
  void readersClock_doesNotMatter() {
    outcome(shop.store(), deny(yearly("q", 10), "bob", 4));
    try (RedisUsageReader wrong = new RedisUsageReader(shop.redis.url(), PATIENCE, () -> 0)) {
      assertThat(wrong.read("shop", yearly("q", 10), 0).join().used()).isEqualTo(4);
    }
  }

  @Test
  void reading_failsWhileRedisIsAwayAndThenHeals() {
    outcome(shop.store(), deny(yearly("q", 10), "bob", 4));
    shop.redis.stop();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> read(yearly("q", 10), 0))
                    .hasMessageContaining("usage of q in namespace shop can't be read")
                    .hasMessageContaining("Connection refused"));
    shop.redis.startAgain();
    await().atMost(PATIENCE).ignoreExceptions().until(() -> read(yearly("q", 10), 0).used() == 4);
  }

  @Test
  void counterWithoutIndex_isRefused() {
    assertThatThrownBy(() -> read(Cases.hourly("a", 1), 1)).hasMessageContaining("has no index");
  }

  private Usage read(Counter counter, int top) {
    return reader.read("shop", counter, top).join();
  }
}
