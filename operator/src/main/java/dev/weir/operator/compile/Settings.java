package dev.weir.operator.compile;

import org.jspecify.annotations.Nullable;

/**
 * What every snapshot carries and no object says.
 *
 * @param heartbeatMillis how often sidecars report
 * @param storeTimeoutMillis how long a decision waits for the shared store
 * @param redisUrl of the shared store with credentials; null if limits hold per pod
 */
public record Settings(long heartbeatMillis, long storeTimeoutMillis, @Nullable String redisUrl) {

  /** Hides the URL. */
  @Override
  public String toString() {
    return "Settings[heartbeatMillis="
        + heartbeatMillis
        + ", storeTimeoutMillis="
        + storeTimeoutMillis
        + ", redisUrl="
        + (redisUrl == null ? "none" : "***")
        + "]";
  }
}
