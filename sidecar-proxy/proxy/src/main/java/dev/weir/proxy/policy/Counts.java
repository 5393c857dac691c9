package dev.weir.proxy.policy;

import dev.weir.protocol.FromSidecar.LimitCount;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What each limit did, and how many calls each route settled, since the process began; outlives
 * snapshots, so that numbers only grow. Thread-safe.
 */
public final class Counts {
  private final Map<Name, Count> counts = new ConcurrentHashMap<>();

  /** The numbers of all limits that were ever in force. */
  public List<LimitCount> counts() {
    return counts.entrySet().stream()
        .map(
            entry ->
                new LimitCount(
                    entry.getKey().policy(),
                    entry.getKey().limit(),
                    entry.getValue().allowed.sum(),
                    entry.getValue().limited.sum()))
        .toList();
  }

  /** How many requests a limit let pass. */
  public long allowed(String policy, String limit) {
    return of(policy, limit).allowed.sum();
  }

  /** How many requests a limit rejected. */
  public long limited(String policy, String limit) {
    return of(policy, limit).limited.sum();
  }

  Count of(String policy, String limit) {
    return counts.computeIfAbsent(new Name(policy, limit), name -> new Count());
  }

  private record Name(String policy, String limit) {}

  /** One limit's numbers. */
  static final class Count {
    final LongAdder allowed = new LongAdder();
    final LongAdder limited = new LongAdder();
  }
}
