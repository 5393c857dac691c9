package dev.weir.proxy.policy;

import org.jspecify.annotations.Nullable;

/**
 * Brings a path into the one form in which limits compare it (RFC 3986 section 6.2.2):
 * percent-encoded unreserved characters are decoded, other encodings get upper-case digits, empty
 * segments are merged, and each segment ends at its first {@code ;}. Servlet containers route
 * without these parameters, so {@code /v1;x/y} is within {@code /v1}; an application that does not
 * cut them off is limited a little too much by it. The request is forwarded as it came.
 */
final class PathText {
  private PathText() {}

  /**
   * The normal form; null for a path that servers read in different ways: dot segments, encoded or
   * not, encoded slashes and backslashes, control characters and malformed encodings.
   */
  static @Nullable String normalize(String path) {
    if (isPlain(path)) {
      return path;
    }
    StringBuilder text = new StringBuilder(path.length());
    boolean inParameters = false;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      inParameters = c != '/' && (inParameters || c == ';');
      if (c == '%') {
        int octet = octet(path, i);
        if (octet < 0x20 || octet == '/' || octet == '\\' || octet == 0x7f) {
          return null;
        }
        if (!inParameters) {
          append(octet, text);
        }
        i += 2;
      } else if (c == '\\') {
        return null;
      } else if (!inParameters && (c != '/' || !endsWithSlash(text))) {
        text.append(c);
      }
    }
    return hasDotSegment(text) ? null : text.toString();
  }

  private static void append(int octet, StringBuilder text) {
    if (isUnreserved(octet)) {
      text.append((char) octet);
    } else {
      text.append('%').append(hex(octet >> 4)).append(hex(octet & 15));
    }
  }

  private static boolean endsWithSlash(StringBuilder text) {
    return !text.isEmpty() && text.charAt(text.length() - 1) == '/';
  }

  /** Whether there is nothing to do, which is so for nearly every request. */
  private static boolean isPlain(String path) {
    char before = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%' || c == ';' || c == '\\' || (before == '/' && (c == '/' || c == '.'))) {
        return false;
      }
      before = c;
    }
    return true;
  }

  private static boolean hasDotSegment(CharSequence text) {
    for (String segment : text.toString().split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        return true;
      }
    }
    return false;
  }

  private static int octet(String text, int at) {
    if (at + 2 >= text.length()) {
      return -1;
    }
    int high = Character.digit(text.charAt(at + 1), 16);
    int low = Character.digit(text.charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : (high << 4) | low;
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  private static char hex(int digit) {
    return Character.toUpperCase(Character.forDigit(digit, 16));
  }
}
