package dev.weir.proxy.boot;

import dev.weir.limits.MemoryStore;
import dev.weir.limits.RedisStore;
import dev.weir.limits.Store;
import dev.weir.proxy.config.RefusedException;
import dev.weir.proxy.policy.Stores;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Opens Redis where there is a URL, else counters of this process. Thread-safe. */
final class OpenedStores implements Stores {
  /** So long a start waits for Redis, once. */
  private static final long WARM_UP_SECONDS = 2;

  private final EventLoopGroup group;
  private volatile boolean warm;

  OpenedStores(EventLoopGroup group) {
    this.group = group;
  }

  /** Whether a store has answered once, or had its time to. */
  boolean isWarm() {
    return warm;
  }

  @Override
  public Store open(Where where) throws RefusedException {
    String url = where.redisUrl();
    if (url == null) {
      warm = true;
      return new MemoryStore();
    }
    try {
      RedisStore store =
          RedisStore.builder(url, where.namespace())
              .timeout(Duration.ofMillis(where.timeoutMillis()))
              .eventLoops(group)
              .open();
      var _ =
          store
              .warmUp()
              .orTimeout(WARM_UP_SECONDS, TimeUnit.SECONDS)
              .whenComplete((done, late) -> warm = true);
      return store;
    } catch (IllegalArgumentException e) {
      // Its message may hold the URL, and so a password.
      throw new RefusedException(
          "the Redis URL or the store's timeout cannot be used; write redis://host:port or"
              + " rediss://host:port and a timeout above 0");
    }
  }
}
