package dev.weir.proxy.llm;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Counts the bytes of a text of any length, and keeps those of a short one. (NOT thread safe.) */
final class KeptText {
  private final byte[] kept;
  private long length;

  /** The first half of a surrogate pair, if it came last; else 0. */
  private char high;

  KeptText(int most) {
    this.kept = new byte[most];
  }

  void clear() {
    length = 0;
    high = 0;
  }

  long length() {
    return length;
  }

  boolean is(byte[] text) {
    return length == text.length
        && length <= kept.length
        && Arrays.equals(kept, 0, text.length, text, 0, text.length);
  }

  /** The text; null if it was not kept. */
  @Nullable String text() {
    return length <= kept.length ? new String(kept, 0, (int) length, StandardCharsets.UTF_8) : null;
  }

  void add(int b) {
    high = 0;
    put(b);
  }

  void add(byte[] bytes, int from, int to) {
    high = 0;
    if (length < kept.length) {
      System.arraycopy(
          bytes, from, kept, (int) length, (int) Math.min(to - from, kept.length - length));
    }
    length += to - from;
  }

  /** Adds UTF-16; a lone half of a surrogate pair becomes U+FFFD, as in any decoder. */
  void add(char unit) {
    if (high != 0 && Character.isLowSurrogate(unit)) {
      int point = Character.toCodePoint(high, unit);
      // In place of the first half.
      length -= 3;
      add(0xf0 | (point >> 18));
      put(0x80 | ((point >> 12) & 0x3f));
      put(0x80 | ((point >> 6) & 0x3f));
      put(0x80 | (point & 0x3f));
      return;
    }
    int point = Character.isSurrogate(unit) ? 0xfffd : unit;
    if (point < 0x80) {
      put(point);
    } else if (point < 0x800) {
      put(0xc0 | (point >> 6));
      put(0x80 | (point & 0x3f));
    } else {
      put(0xe0 | (point >> 12));
      put(0x80 | ((point >> 6) & 0x3f));
      put(0x80 | (point & 0x3f));
    }
    high = Character.isHighSurrogate(unit) ? unit : 0;
  }

  private void put(int b) {
    if (length < kept.length) {
      kept[(int) length] = (byte) b;
    }
    length++;
  }
}
