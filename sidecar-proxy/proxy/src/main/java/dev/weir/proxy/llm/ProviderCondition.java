package dev.weir.proxy.llm;

import dev.weir.protocol.FromSidecar.ProviderHealth;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How one provider of one route is, as this sidecar's calls found it. Thread-safe. */
public final class ProviderCondition {
  private static final int LATENCIES = 256;

  private final String route;
  private final String provider;
  private final int[] millis = new int[LATENCIES];
  private int heads;
  private long failures;
  private boolean rateLimited;
  private @Nullable String error;

  ProviderCondition(String route, String provider) {
    this.route = route;
    this.provider = provider;
  }

  /** The head of an answer came. */
  synchronized void answered(long nanos, int status) {
    millis[heads % LATENCIES] = (int) Math.min(Integer.MAX_VALUE, nanos / 1_000_000);
    // Stays at or above the array's length once it has been there.
    heads = heads == Integer.MAX_VALUE ? LATENCIES + heads % LATENCIES : heads + 1;
    rateLimited = status == 429;
  }

  /** A call ended without a failure of the provider. */
  synchronized void succeeded() {
    failures = 0;
    error = null;
  }

  /**
   * A call failed by the provider.
   *
   * @param why without secrets
   */
  synchronized void failed(String why) {
    failures++;
    error = why;
  }

  /** For the report. */
  synchronized ProviderHealth health() {
    return new ProviderHealth(route, provider, failures, rateLimited, error, p95());
  }

  private long p95() {
    int count = Math.min(heads, LATENCIES);
    if (count == 0) {
      return 0;
    }
    int[] sorted = Arrays.copyOf(millis, count);
    Arrays.sort(sorted);
    return sorted[(count * 95 + 99) / 100 - 1];
  }
}
