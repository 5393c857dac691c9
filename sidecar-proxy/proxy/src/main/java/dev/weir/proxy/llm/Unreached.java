package dev.weir.proxy.llm;

import dev.weir.proxy.upstream.RefusedAddressException;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/**
 * Why there is no connection to a provider.
 *
 * @param error for the client
 * @param reason for status, without secrets
 */
record Unreached(LlmError error, String reason) {

  static Unreached of(String route, String provider, Throwable cause, long connectMillis) {
    return switch (cause) {
      case RefusedAddressException refused ->
          new Unreached(
              LlmError.providerForbidden(route, provider),
              "its address is refused: " + text(refused));
      case ConnectTimeoutException late ->
          new Unreached(
              LlmError.providerTimeout(route, provider, "timeouts.connect", connectMillis),
              "no connection within " + connectMillis + " ms");
      case UnknownHostException unknown -> of(route, provider, "has a name that does not resolve");
      case SSLException tls -> of(route, provider, "failed the TLS handshake: " + text(tls));
      case ConnectException refused -> of(route, provider, "does not accept connections");
      default -> of(route, provider, "cannot be connected to");
    };
  }

  private static Unreached of(String route, String provider, String what) {
    return new Unreached(LlmError.providerUnreachable(route, provider, what), what);
  }

  private static String text(Throwable cause) {
    return String.valueOf(cause.getMessage());
  }
}
