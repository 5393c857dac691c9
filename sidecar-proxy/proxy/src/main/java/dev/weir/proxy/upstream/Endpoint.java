package dev.weir.proxy.upstream;

import java.net.URI;
import java.util.Locale;

/**
 * Where a provider listens.
 *
 * @param host a name in lower case, or an address without brackets
 */
public record Endpoint(String host, int port, boolean tls) {

  /**
   * The endpoint of a base URL.
   *
   * @throws IllegalArgumentException unless it is {@code https} or {@code http} with a host
   */
  public static Endpoint of(String baseUrl) {
    URI url = URI.create(baseUrl);
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    String host = url.getHost();
    boolean tls = scheme.equals("https");
    if (host == null || !(tls || scheme.equals("http"))) {
      throw new IllegalArgumentException("'" + baseUrl + "' is not an https or http URL");
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
    return new Endpoint(bare.toLowerCase(Locale.ROOT), port, tls);
  }

  /** The value of {@code Host}, without a port that goes without saying. */
  public String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }
}
