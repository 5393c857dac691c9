package dev.weir.limits;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link RedisStore} (NOT thread safe). */
public final class RedisStoreBuilder {
  final String url;
  final String namespace;
  Duration timeout = Duration.ofMillis(50);
  @Nullable EventLoopGroup eventLoops;
  int maxHoldings = 20_000;
  LongSupplier wallMicros = () -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());

  RedisStoreBuilder(String url, String namespace) {
    this.url = url;
    this.namespace = namespace;
  }

  /** How long a call may take before its decisions end by their failure action; 50 ms. */
  public RedisStoreBuilder timeout(Duration newTimeout) {
    if (newTimeout.isNegative() || newTimeout.isZero()) {
      throw new IllegalArgumentException("timeout must be above 0, not " + newTimeout);
    }
    timeout = newTimeout;
    return this;
  }

  /** Runs on these event loops, which stay open; by default on one thread of its own. */
  public RedisStoreBuilder eventLoops(EventLoopGroup shared) {
    eventLoops = shared;
    return this;
  }

  RedisStoreBuilder maxHoldings(int most) {
    maxHoldings = most;
    return this;
  }

  RedisStoreBuilder wallMicros(LongSupplier wall) {
    wallMicros = wall;
    return this;
  }

  /**
   * Opens the store and begins to connect.
   *
   * @throws IllegalArgumentException when the URL can't be read
   */
  public RedisStore open() {
    return RedisStore.open(this);
  }
}
