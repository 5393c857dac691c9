package dev.weir.proxy.llm;

import org.jspecify.annotations.Nullable;

/** What was read last of a JSON number (RFC 8259, section 6). */
enum NumberPart {
  MINUS,
  ZERO,
  INTEGER,
  POINT,
  FRACTION,
  E,
  E_SIGN,
  EXPONENT;

  /** The part that a first byte begins; null if no number begins with it. */
  static @Nullable NumberPart first(int b) {
    return b == '-' ? MINUS : b == '0' ? ZERO : isDigit(b) ? INTEGER : null;
  }

  /** Where a further byte leads; null if it is not part of the number. */
  @Nullable NumberPart next(int b) {
    return switch (this) {
      case MINUS -> b == '-' ? null : first(b);
      case ZERO -> b == '.' ? POINT : isE(b) ? E : null;
      case INTEGER -> isDigit(b) ? INTEGER : ZERO.next(b);
      case POINT -> isDigit(b) ? FRACTION : null;
      case FRACTION -> isDigit(b) ? FRACTION : isE(b) ? E : null;
      case E -> b == '+' || b == '-' ? E_SIGN : E_SIGN.next(b);
      case E_SIGN, EXPONENT -> isDigit(b) ? EXPONENT : null;
    };
  }

  /** Whether the number may end here. */
  boolean mayEnd() {
    return this == ZERO || this == INTEGER || this == FRACTION || this == EXPONENT;
  }

  private static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isE(int b) {
    return b == 'e' || b == 'E';
  }
}
