package dev.weir.operator.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment, read once.
 *
 * @param redisUrl with credentials; null if there is no shared store
 * @param sidecar what injected containers look like
 * @param httpsPort webhooks and config stream; 0 takes any
 * @param httpPort health and metrics; 0 takes any
 */
record OperatorConfig(
    String namespace,
    String podName,
    String podIp,
    String service,
    Sidecar sidecar,
    @Nullable String redisUrl,
    Duration storeTimeout,
    Duration heartbeat,
    String caSecret,
    String webhookConfiguration,
    String lease,
    int httpsPort,
    int httpPort) {

  /** The sidecar's container. */
  record Sidecar(
      String image,
      String pullPolicy,
      String cpuRequest,
      String memoryRequest,
      String memoryLimit) {}

  /** Hides the Redis URL. */
  @Override
  public String toString() {
    return "OperatorConfig[namespace=%s, pod=%s, service=%s, redis=%s]"
        .formatted(namespace, podName, service, redisUrl == null ? "none" : "***");
  }

  /** A variable is missing or wrong; the message names it. */
  static final class Wrong extends RuntimeException {
    Wrong(String variable, String what) {
      super(variable + " " + what);
    }
  }

  static OperatorConfig from(Map<String, String> environment) {
    Reader reader = new Reader(environment);
    return new OperatorConfig(
        reader.required("WEIR_NAMESPACE"),
        reader.required("WEIR_POD_NAME"),
        reader.required("WEIR_POD_IP"),
        reader.optional("WEIR_SERVICE", "weir-operator"),
        new Sidecar(
            reader.required("WEIR_SIDECAR_IMAGE"),
            reader.optional("WEIR_SIDECAR_IMAGE_PULL_POLICY", "IfNotPresent"),
            reader.optional("WEIR_SIDECAR_CPU_REQUEST", "20m"),
            reader.optional("WEIR_SIDECAR_MEMORY_REQUEST", "96Mi"),
            reader.optional("WEIR_SIDECAR_MEMORY_LIMIT", "128Mi")),
        reader.firstLineOf("WEIR_REDIS_URL_FILE"),
        reader.millis("WEIR_STORE_TIMEOUT_MS", 50, 1, 60_000),
        reader.millis("WEIR_HEARTBEAT_MS", 5000, 100, 600_000),
        reader.optional("WEIR_CA_SECRET", "weir-operator-ca"),
        reader.optional("WEIR_WEBHOOK_CONFIGURATION", "weir-operator"),
        reader.optional("WEIR_LEASE", "weir-operator"),
        reader.number("WEIR_HTTPS_PORT", 9443, 0, 65_535),
        reader.number("WEIR_HTTP_PORT", 8080, 0, 65_535));
  }

  private record Reader(Map<String, String> environment) {

    String required(String name) {
      String value = environment.get(name);
      if (value == null || value.isBlank()) {
        throw new Wrong(name, "is not set; the chart sets it");
      }
      return value;
    }

    String optional(String name, String otherwise) {
      String value = environment.get(name);
      return value == null || value.isBlank() ? otherwise : value;
    }

    int number(String name, int otherwise, int least, int most) {
      String value = optional(name, Integer.toString(otherwise));
      try {
        int number = Integer.parseInt(value);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        // The message below says it.
      }
      throw new Wrong(
          name, "is %s; write a whole number from %d to %d".formatted(value, least, most));
    }

    Duration millis(String name, int otherwise, int least, int most) {
      return Duration.ofMillis(number(name, otherwise, least, most));
    }

    /** A secret is in a file, never in the environment, which other processes can see. */
    @Nullable String firstLineOf(String name) {
      String file = environment.get(name);
      if (file == null || file.isBlank()) {
        return null;
      }
      try {
        String url = Files.readString(Path.of(file)).strip();
        if (!url.startsWith("redis://") && !url.startsWith("rediss://")) {
          throw new Wrong(
              name, "names %s, which does not hold a redis:// or rediss:// URL".formatted(file));
        }
        return url;
      } catch (IOException e) {
        throw new Wrong(name, "names %s, which cannot be read: %s".formatted(file, e));
      }
    }
  }
}
