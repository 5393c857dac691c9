package dev.weir.proxy.inbound;

import java.util.function.IntPredicate;

/** The syntax of {@code host [":" port]} (RFC 3986 section 3.2) without user information. */
final class Authority {
  private Authority() {}

  static boolean isValid(String text) {
    int colon = text.startsWith("[") ? text.indexOf(':', text.indexOf(']') + 1) : text.indexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    return isHost(host) && (colon < 0 || isPort(text.substring(colon + 1)));
  }

  /** Whether both name the same host and port, where {@code defaultPort} may be left out. */
  static boolean same(String one, String other, String defaultPort) {
    return withoutPort(one, defaultPort).equalsIgnoreCase(withoutPort(other, defaultPort));
  }

  private static String withoutPort(String authority, String port) {
    return authority.endsWith(":" + port)
        ? authority.substring(0, authority.length() - port.length() - 1)
        : authority;
  }

  private static boolean isHost(String host) {
    if (host.startsWith("[")) {
      return host.length() > 3
          && host.endsWith("]")
          && isEach(
              host.substring(1, host.length() - 1),
              c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0);
    }
    return !host.isEmpty()
        && isEach(
            host,
            c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~!$&'()*+,;=%".indexOf(c) >= 0);
  }

  private static boolean isPort(String port) {
    return port.length() <= 5
        && isEach(port, c -> c >= '0' && c <= '9')
        && (port.isEmpty() || Integer.parseInt(port) <= 65535);
  }

  /** As a stream of the characters would say, which every request would pay for. */
  private static boolean isEach(String text, IntPredicate holds) {
    for (int i = 0; i < text.length(); i++) {
      if (!holds.test(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
