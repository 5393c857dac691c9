package dev.weir.proxy.config;

import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot;
import org.jspecify.annotations.Nullable;

/** The snapshot in force. Thread-safe. */
public final class LiveSnapshot {
  private volatile @Nullable Current current;

  /** The snapshot in force, null before the first; one volatile read. */
  public @Nullable Current current() {
    return current;
  }

  void swap(Current next) {
    current = next;
  }

  /** A snapshot and what belongs to it, replaced together. */
  public record Current(String revision, Snapshot snapshot, Secrets secrets) {}
}
