package dev.weir.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.limits.testing.RedisCommands;
import dev.weir.limits.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A Redis, some stores and what tests ask of them. */
final class RedisCase implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  final RedisServer redis;
  private final List<RedisStore> opened = new ArrayList<>();

  RedisCase(RedisServer redis) {
    this.redis = redis;
  }

  /** With a timeout that only a Redis that does not answer reaches. */
  RedisStore store() {
    return store(RedisStore.builder(redis.url(), "shop").timeout(Duration.ofSeconds(10)));
  }

  /** With a timeout as in production. */
  RedisStore hurriedStore() {
    return store(RedisStore.builder(redis.url(), "shop").timeout(Duration.ofMillis(200)));
  }

  RedisStore store(RedisStoreBuilder builder) {
    RedisStore store = builder.open();
    opened.add(store);
    store.warmUp().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    return store;
  }

  static CompletableFuture<Outcome> ask(Store store, Charge... charges) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    store.decide(List.of(charges)).onDecided(outcome::complete);
    return outcome;
  }

  static Outcome outcome(Store store, Charge... charges) {
    return ask(store, charges).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  static void awaitUp(RedisStore store) {
    await().atMost(PATIENCE).until(() -> store.health().available());
  }

  static void awaitSettled(RedisStore store) {
    await().atMost(PATIENCE).until(store::settled);
  }

  /** What Redis has as used of an hourly window. */
  long used(String id, String subject) {
    return number("HGET", "weir:{shop}:w:" + id + ":" + subject, "t");
  }

  /** The sum of all holders' parts, which must be what is used. */
  long parts(String id, String subject) {
    try (RedisCommands commands = redis.commands()) {
      List<String> hash = commands.list("HGETALL", "weir:{shop}:w:" + id + ":" + subject);
      long sum = 0;
      for (int i = 0; i < hash.size(); i += 2) {
        if (hash.get(i).startsWith("h")) {
          sum += Long.parseLong(hash.get(i + 1));
        }
      }
      return sum;
    }
  }

  long number(String... command) {
    try (RedisCommands commands = redis.commands()) {
      String text = commands.text(command);
      return text.isEmpty() ? 0 : Long.parseLong(text);
    }
  }

  void assertUsed(String id, String subject, long expected) {
    assertThat(used(id, subject)).as("used of %s:%s", id, subject).isEqualTo(expected);
    assertThat(parts(id, subject)).as("parts of %s:%s", id, subject).isEqualTo(expected);
  }

  @Override
  public void close() {
    for (RedisStore store : opened) {
      store.close();
    }
    redis.close();
  }
}
