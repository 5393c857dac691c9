package dev.weir.operator.usage;

import dev.weir.limits.UsageReader.Usage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was used of one plan when it was read last.
 *
 * @param quotas what is known; older than the last attempt if {@code error} is set
 * @param error why the last reading failed, null if it did not
 */
public record PlanUsage(Map<Key, Usage> quotas, @Nullable String error) {

  /** Before the first reading. */
  public static final PlanUsage UNKNOWN = new PlanUsage(Map.of(), null);

  /** A quota of a tier. */
  public record Key(String tier, String quota) {}
}
