package dev.weir.proxy.llm;

import dev.weir.protocol.Snapshot.Timeouts;
import org.jspecify.annotations.Nullable;

/**
 * How long a call may still wait for its provider. (NOT thread safe.)
 *
 * <p>{@code total} begins when the request was read and admitted, so that a slow client doesn't use
 * it up. {@code firstToken} ends with the first bytes of a streamed answer's body, not with its
 * head: some providers send that at once, and think then.
 */
final class Patience {
  private final Timeouts timeouts;
  private final long sinceNanos;
  private long readNanos;
  private boolean streamed;
  private boolean begun;

  /** Begins with the reach for the provider. */
  Patience(Timeouts timeouts, boolean streamed, long now) {
    this.timeouts = timeouts;
    this.streamed = streamed;
    this.sinceNanos = now;
    this.readNanos = now;
  }

  /** What ended a call. */
  record Late(String field, long millis) {}

  /** An answer that is not a stream has the whole time. */
  void notStreamed() {
    streamed = false;
  }

  /** A piece of the answer came. */
  void read(long now) {
    begun = true;
    readNanos = now;
  }

  /** The client reads again: what it took its time for isn't the provider's. */
  void resumed(long now) {
    readNanos = now;
  }

  /**
   * Which time is up; null for none.
   *
   * @param reading whether the provider could send, as the client takes what comes
   */
  @Nullable Late late(long now, boolean reading) {
    if (isOver(sinceNanos, now, timeouts.total())) {
      return new Late("timeouts.total", timeouts.total());
    }
    if (!streamed || !reading) {
      return null;
    }
    if (!begun) {
      return isOver(sinceNanos, now, timeouts.firstToken())
          ? new Late("timeouts.firstToken", timeouts.firstToken())
          : null;
    }
    return isOver(readNanos, now, timeouts.betweenTokens())
        ? new Late("timeouts.betweenTokens", timeouts.betweenTokens())
        : null;
  }

  /** Nanoseconds since the reach for the provider. */
  long elapsed(long now) {
    return now - sinceNanos;
  }

  private static boolean isOver(long since, long now, long millis) {
    return now - since >= millis * 1_000_000;
  }
}
