package dev.weir.proxy.policy;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings a path into the one form in which limits compare it: what a segment may hold as it is (RFC
 * 3986 section 3.3) is decoded, all else is encoded with upper-case digits, empty segments are
 * merged, and each segment ends at its first {@code ;}. Servers route by the decoded segments, and
 * servlet containers without these parameters, so {@code /v1/a%3Arun} is {@code /v1/a:run} and
 * {@code /v1;x/y} is within {@code /v1}; an application that tells them apart is limited a little
 * too much by it. The request is forwarded as it came.
 */
final class PathText {
  /** {@code pchar} without {@code ;}, and the slash: what stands for itself in the normal form. */
  private static final BitSet LITERAL = new BitSet(128);

  static {
    LITERAL.set('a', 'z' + 1);
    LITERAL.set('A', 'Z' + 1);
    LITERAL.set('0', '9' + 1);
    "-._~!$&'()*+,=:@/".chars().forEach(LITERAL::set);
  }

  private PathText() {}

  /**
   * The normal form; null for a path that servers read in different ways: dot segments, encoded or
   * not, encoded slashes and backslashes, characters that no URL holds and malformed encodings.
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
      int octet = c;
      if (c == '%') {
        octet = Percent.octet(path, i);
        if (octet < 0x20 || octet == '/' || octet == '\\' || octet == 0x7f) {
          return null;
        }
        i += 2;
      } else if (c <= ' ' || c == '\\' || c >= 0x7f) {
        return null;
      }
      if (!inParameters && (c != '/' || !endsWithSlash(text))) {
        append(octet, text);
      }
    }
    return hasDotSegment(text) ? null : text.toString();
  }

  private static void append(int octet, StringBuilder text) {
    if (LITERAL.get(octet)) {
      text.append((char) octet);
    } else {
      Percent.append(octet, text);
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
      if (!LITERAL.get(c) || (before == '/' && (c == '/' || c == '.'))) {
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
}
