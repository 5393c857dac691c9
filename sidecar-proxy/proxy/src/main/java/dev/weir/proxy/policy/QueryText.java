package dev.weir.proxy.policy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Query parameters as forms write them: {@code +} is a space, percent-encoded UTF-8. */
final class QueryText {
  private QueryText() {}

  /**
   * The decoded values of a parameter, several joined by a comma; null when there is none. A name
   * or value that is malformed stands for itself, undecoded.
   */
  static @Nullable String parameter(String query, String name) {
    String found = null;
    int from = 0;
    while (from < query.length()) {
      int end = query.indexOf('&', from);
      end = end < 0 ? query.length() : end;
      int equals = query.indexOf('=', from);
      int nameEnd = equals < 0 || equals > end ? end : equals;
      if (decode(query.substring(from, nameEnd)).equals(name)) {
        String value = decode(query.substring(Math.min(nameEnd + 1, end), end));
        found = found == null ? value : found + "," + value;
      }
      from = end + 1;
    }
    return found;
  }

  /** Applications differ about what is malformed: the text as it came is at least stable. */
  private static String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    ByteBuffer octets = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int octet = c == '%' ? Percent.octet(text, i) : c == '+' ? ' ' : c;
      if (octet < 0 || c >= 0x80) {
        return text;
      }
      octets.put((byte) octet);
      i += c == '%' ? 2 : 0;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString();
    } catch (CharacterCodingException e) {
      return text;
    }
  }
}
