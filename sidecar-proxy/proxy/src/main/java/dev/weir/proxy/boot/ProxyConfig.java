package dev.weir.proxy.boot;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operator's injection wrote into the container's environment.
 *
 * @param ca PEM certificates that the operator's certificate is checked against
 * @param drainToken what the preStop hook's path ends in
 * @param debugHeaders whether responses carry the revision that decided them
 * @param eventLoops threads that serve clients
 * @param maxConnections clients at the same time
 */
record ProxyConfig(
    int listenPort,
    int appPort,
    int adminPort,
    URI configUrl,
    String ca,
    Path tokenFile,
    Path stateDir,
    String podName,
    String namespace,
    String drainToken,
    boolean debugHeaders,
    int eventLoops,
    int maxConnections) {

  /**
   * Reads the variables.
   *
   * @throws IllegalArgumentException naming the variable, what is wrong and what to do
   */
  static ProxyConfig from(Map<String, String> environment) {
    Variables variables = new Variables(environment);
    return new ProxyConfig(
        variables.number("WEIR_LISTEN_PORT", "15001", 1, 65535),
        variables.number("WEIR_APP_PORT", null, 1, 65535),
        variables.number("WEIR_ADMIN_PORT", "15020", 1, 65535),
        configUrl(variables.text("WEIR_CONFIG_URL", null)),
        variables.text("WEIR_CA", null),
        Path.of(variables.text("WEIR_TOKEN_FILE", "/var/run/secrets/weir.dev/token")),
        Path.of(variables.text("WEIR_STATE_DIR", "/var/lib/weir")),
        variables.text("WEIR_POD_NAME", null),
        variables.text("WEIR_NAMESPACE", null),
        variables.text("WEIR_DRAIN_TOKEN", null),
        variables.text("WEIR_DEBUG_HEADERS", "false").equals("true"),
        variables.number("WEIR_EVENT_LOOPS", "1", 1, 64),
        variables.number("WEIR_MAX_CONNECTIONS", "4096", 1, 1_000_000));
  }

  private static URI configUrl(String text) {
    try {
      URI url = URI.create(text);
      if ("wss".equals(url.getScheme()) && url.getHost() != null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // The message below says what to write.
    }
    throw new IllegalArgumentException(
        "WEIR_CONFIG_URL is '"
            + text
            + "'; set it to wss://<service>.<namespace>.svc:9443/v1/config");
  }

  /** Hides the drain token and keeps certificates out of log lines. */
  @Override
  public String toString() {
    return "ProxyConfig[listen %d, app %d, admin %d, config %s, pod %s/%s, loops %d]"
        .formatted(listenPort, appPort, adminPort, configUrl, namespace, podName, eventLoops);
  }

  private record Variables(Map<String, String> environment) {

    String text(String name, @Nullable String otherwise) {
      String value = environment.getOrDefault(name, "").strip();
      if (!value.isEmpty()) {
        return value;
      }
      if (otherwise == null) {
        throw new IllegalArgumentException(
            name
                + " is not set; the operator's injection sets it, see"
                + " sidecar-proxy/proxy/README.md");
      }
      return otherwise;
    }

    int number(String name, @Nullable String otherwise, int least, int most) {
      String value = text(name, otherwise);
      try {
        int number = Integer.parseInt(value);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        // The message below says what to write.
      }
      throw new IllegalArgumentException(
          name + " is '" + value + "'; set it to a whole number from " + least + " to " + most);
    }
  }
}
