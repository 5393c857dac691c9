package dev.weir.proxy.inbound;

import java.util.concurrent.atomic.AtomicInteger;

/** How many clients may be connected at a time, over all listeners that share this. Thread-safe. */
public final class Places {
  private final int most;
  private final AtomicInteger taken = new AtomicInteger();

  /** So many, and one 503 for each beyond. */
  public Places(int most) {
    this.most = most;
  }

  /** Takes a place, which there may be none for; {@link #leave()} is due in any case. */
  boolean enter() {
    return taken.incrementAndGet() <= most;
  }

  void leave() {
    taken.decrementAndGet();
  }
}
