package dev.weir.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a sidecar must know and nobody else may read. It travels on the config stream only and lies
 * in the sidecar's memory-backed volume only.
 *
 * @param redisUrl {@code redis://} or {@code rediss://} with credentials; null for no shared store
 * @param apiKeys lower-case hex SHA-256 of an API key to the name of its consumer, which may be
 *     absent from {@link Snapshot#consumers()} and then counts as not approved
 * @param providerKeys {@code route/provider} to the key that the provider wants; a provider that
 *     needs one and has none here cannot be called
 */
public record Secrets(
    @Nullable String redisUrl, Map<String, String> apiKeys, Map<String, String> providerKeys) {

  /** Hides the values, so that a log line cannot leak them. */
  @Override
  public String toString() {
    return "Secrets[redisUrl="
        + (redisUrl == null ? "none" : "***")
        + ", apiKeys="
        + apiKeys.size()
        + ", providerKeys="
        + providerKeys.size()
        + "]";
  }
}
