package dev.weir.proxy.policy;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Query parameters as forms write them: {@code +} is a space, percent-encoded UTF-8. */
final class QueryText {
  private QueryText() {}

  /** The decoded values of a parameter, several joined by a comma; null when there is none. */
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

  private static String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Malformed: applications differ, the text as it came is at least stable.
      return text;
    }
  }
}
