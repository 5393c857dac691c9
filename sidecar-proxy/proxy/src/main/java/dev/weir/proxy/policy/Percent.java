package dev.weir.proxy.policy;

import java.util.HexFormat;

/** Percent-encoded octets (RFC 3986 section 2.1). */
final class Percent {
  private Percent() {}

  /** The octet that the {@code %} at this place begins; -1 when two hex digits do not follow. */
  static int octet(String text, int at) {
    if (at + 2 >= text.length()) {
      return -1;
    }
    char high = text.charAt(at + 1);
    char low = text.charAt(at + 2);
    return HexFormat.isHexDigit(high) && HexFormat.isHexDigit(low)
        ? (HexFormat.fromHexDigit(high) << 4) | HexFormat.fromHexDigit(low)
        : -1;
  }

  /** The same octet with upper-case digits, as RFC 3986 wants it. */
  static void append(int octet, StringBuilder text) {
    text.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) octet));
  }
}
