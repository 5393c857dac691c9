package dev.weir.proxy.upstream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Idle connections to one place, the last used first, so that those that a lower load does not need
 * grow cold and are closed. (NOT thread safe; event loop only.)
 */
final class IdleConnections {
  private final Duration keep;
  private final LongSupplier nanoTime;
  private final Deque<UpstreamConnection> idle = new ArrayDeque<>();

  IdleConnections(Duration keep, LongSupplier nanoTime) {
    this.keep = keep;
    this.nanoTime = nanoTime;
  }

  /** A connection that is open as far as is known, or null. */
  @Nullable UpstreamConnection take() {
    UpstreamConnection connection = idle.pollFirst();
    while (connection != null && !connection.channel().isActive()) {
      connection = idle.pollFirst();
    }
    return connection;
  }

  void add(UpstreamConnection connection) {
    if (connection.channel().isActive()) {
      connection.idleSinceNanos = nanoTime.getAsLong();
      idle.addFirst(connection);
    }
  }

  void remove(UpstreamConnection connection) {
    idle.remove(connection);
  }

  void evict() {
    long now = nanoTime.getAsLong();
    UpstreamConnection coldest = idle.peekLast();
    while (coldest != null && now - coldest.idleSinceNanos >= keep.toNanos()) {
      idle.removeLast();
      coldest.abandon();
      coldest = idle.peekLast();
    }
  }
}
