package dev.weir.proxy.llm;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of requests the process holds: bodies are read whole, and clients must not fill
 * the heap, in which the application's traffic lives too. Thread-safe.
 */
public final class BodyRoom {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /** Room for so many bytes. */
  public BodyRoom(long most) {
    this.most = most;
  }

  /** Takes room, if there is any. */
  boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= most) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Bytes held now. */
  public long taken() {
    return taken.get();
  }
}
