package dev.weir.operator.usage;

import dev.weir.limits.UsageReader.Usage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was used of one object's counters when they were read last.
 *
 * @param counters by their identity, what is known; older than the last attempt if {@code error} is
 *     set
 * @param error why the last reading failed, null if it did not
 */
public record CounterUsage(Map<String, Usage> counters, @Nullable String error) {

  /** Before the first reading. */
  public static final CounterUsage UNKNOWN = new CounterUsage(Map.of(), null);
}
