package dev.weir.proxy.llm;

import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) that comes in pieces, strictly and in constant memory. Jackson's
 * non-blocking parser keeps every string whole, and answers hold strings of megabytes; its blocking
 * one does not tell where a string ends without keeping it. (NOT thread safe.)
 *
 * <p>Bytes outside ASCII are taken as they are; whether they are UTF-8 is for others to ask.
 */
final class JsonScan implements ByteProcessor {
  /** Deeper values are a {@link Failure#DEPTH}. */
  static final int MAX_DEPTH = 128;

  /** Longer numbers are a {@link Failure#NUMBER}. */
  static final int MAX_NUMBER = 1000;

  /** Longer names, strings and numbers are read, but their text is not kept. */
  static final int KEPT = 256;

  /** What the scan meets; each method is called when the value was read as far as it tells. */
  interface Listener {
    /** The name of a member, whose value comes next. */
    void name(JsonScan scan);

    void string(JsonScan scan);

    void number(JsonScan scan);

    /** {@code true}, {@code false}, or null for {@code null}. */
    void literal(JsonScan scan, @Nullable Boolean value);

    /** An object or array begins; {@link #depth} counts it already. */
    void open(JsonScan scan, boolean object);

    /** It ends; {@link #depth} still counts it. */
    void close(JsonScan scan);
  }

  /** Why there is nothing more to read. */
  enum Failure {
    SYNTAX,
    DEPTH,
    NUMBER
  }

  private enum State {
    VALUE,
    FIRST_ELEMENT,
    FIRST_NAME,
    NAME,
    COLON,
    AFTER_VALUE,
    STRING,
    ESCAPE,
    HEX,
    NUMBER,
    LITERAL,
    COMPLETE,
    FAILED
  }

  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] NULL = ascii("null");

  private final Listener listener;
  private final boolean[] objects = new boolean[MAX_DEPTH + 1];
  private final KeptText text = new KeptText(KEPT);
  private State state = State.VALUE;
  private @Nullable Failure failure;
  private int depth;
  private long offset;
  private long start;
  private long end;

  private boolean isName;
  private int hex;
  private int hexDigits;

  private NumberPart part = NumberPart.ZERO;
  private byte[] literal = NULL;
  private int literalAt;

  JsonScan(Listener listener) {
    this.listener = listener;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Begins anew with another text. */
  void reset() {
    state = State.VALUE;
    failure = null;
    depth = 0;
    offset = 0;
  }

  /** Reads on; what follows a failure is ignored. */
  void feed(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && state != State.FAILED) {
      if (state == State.STRING) {
        at = plain(bytes, at, to);
        if (at == to) {
          return;
        }
      }
      process(bytes[at++]);
    }
  }

  /** One byte; false after a failure. */
  @Override
  public boolean process(byte value) {
    int b = value & 0xff;
    switch (state) {
      case STRING -> string(b);
      case ESCAPE -> escape(b);
      case HEX -> hex(b);
      case LITERAL -> literal(b);
      case NUMBER -> number(b);
      default -> structure(b);
    }
    if (state == State.FAILED) {
      return false;
    }
    offset++;
    return true;
  }

  /** No more bytes; whether they were exactly one JSON text. */
  boolean finish() {
    if (state == State.NUMBER && part.mayEnd()) {
      endNumber();
    }
    if (state != State.COMPLETE) {
      fail(Failure.SYNTAX);
    }
    return state == State.COMPLETE;
  }

  /** Why it failed; null if it did not. */
  @Nullable Failure failure() {
    return failure;
  }

  /** Bytes read so far; after a failure where it was. */
  long offset() {
    return offset;
  }

  /** How many objects and arrays enclose what is told. */
  int depth() {
    return depth;
  }

  /** Whether the container at a depth, from 1, is an object, else an array. */
  boolean inObject(int depth) {
    return objects[depth];
  }

  /** Offset of the first byte of what is told, with its quote. */
  long start() {
    return start;
  }

  /** Offset behind the last byte of what is told. */
  long end() {
    return end;
  }

  /** Bytes of the name, string or number in UTF-8, escapes resolved. */
  long length() {
    return text.length();
  }

  /**
   * Whether this is the name, string or number; {@code expected} has at most {@link #KEPT} bytes.
   */
  boolean is(byte[] expected) {
    return text.is(expected);
  }

  /** The name, string or number; null if it is longer than {@link #KEPT}. */
  @Nullable String text() {
    return text.text();
  }

  private void structure(int b) {
    if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
      return;
    }
    switch (state) {
      case VALUE -> value(b);
      case FIRST_ELEMENT -> {
        if (b == ']') {
          close();
        } else {
          value(b);
        }
      }
      case FIRST_NAME, NAME -> {
        if (b == '"') {
          startText(true);
        } else if (b == '}' && state == State.FIRST_NAME) {
          close();
        } else {
          fail(Failure.SYNTAX);
        }
      }
      case COLON -> become(b == ':', State.VALUE);
      case AFTER_VALUE -> {
        if (b == (objects[depth] ? '}' : ']')) {
          close();
        } else {
          become(b == ',', objects[depth] ? State.NAME : State.VALUE);
        }
      }
      default -> fail(Failure.SYNTAX);
    }
  }

  private void value(int b) {
    switch (b) {
      case '{', '[' -> open(b == '{');
      case '"' -> startText(false);
      case 't' -> startLiteral(TRUE);
      case 'f' -> startLiteral(FALSE);
      case 'n' -> startLiteral(NULL);
      default -> {
        NumberPart first = NumberPart.first(b);
        if (first == null) {
          fail(Failure.SYNTAX);
        } else {
          startText(false);
          state = State.NUMBER;
          part = first;
          text.add(b);
        }
      }
    }
  }

  private void open(boolean object) {
    if (depth == MAX_DEPTH) {
      fail(Failure.DEPTH);
      return;
    }
    objects[++depth] = object;
    state = object ? State.FIRST_NAME : State.FIRST_ELEMENT;
    start = offset;
    end = offset + 1;
    listener.open(this, object);
  }

  private void close() {
    start = offset;
    end = offset + 1;
    listener.close(this);
    depth--;
    afterValue();
  }

  private void afterValue() {
    state = depth == 0 ? State.COMPLETE : State.AFTER_VALUE;
  }

  private void startText(boolean name) {
    isName = name;
    start = offset;
    text.clear();
    state = State.STRING;
  }

  /** Takes all up to the next quote, escape or forbidden byte; returns where that is. */
  private int plain(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != '"' && bytes[at] != '\\' && (bytes[at] & 0xff) >= ' ') {
      at++;
    }
    if (at > from) {
      text.add(bytes, from, at);
      offset += at - from;
    }
    return at;
  }

  private void string(int b) {
    switch (b) {
      case '"' -> {
        end = offset + 1;
        if (isName) {
          state = State.COLON;
          listener.name(this);
        } else {
          afterValue();
          listener.string(this);
        }
      }
      case '\\' -> state = State.ESCAPE;
      default -> {
        text.add(b);
        become(b >= ' ', State.STRING);
      }
    }
  }

  private void escape(int b) {
    if (b == 'u') {
      hex = 0;
      hexDigits = 0;
      state = State.HEX;
      return;
    }
    state = State.STRING;
    switch (b) {
      case '"', '\\', '/' -> text.add(b);
      case 'b' -> text.add((int) '\b');
      case 'f' -> text.add((int) '\f');
      case 'n' -> text.add((int) '\n');
      case 'r' -> text.add((int) '\r');
      case 't' -> text.add((int) '\t');
      default -> fail(Failure.SYNTAX);
    }
  }

  private void hex(int b) {
    int digit = b < 0x80 ? Character.digit(b, 16) : -1;
    if (digit < 0) {
      fail(Failure.SYNTAX);
      return;
    }
    hex = (hex << 4) | digit;
    if (++hexDigits == 4) {
      state = State.STRING;
      text.add((char) hex);
    }
  }

  private void number(int b) {
    NumberPart next = part.next(b);
    if (next != null) {
      part = next;
      text.add(b);
      if (text.length() > MAX_NUMBER) {
        fail(Failure.NUMBER);
      }
    } else if (part.mayEnd()) {
      endNumber();
      structure(b);
    } else {
      fail(Failure.SYNTAX);
    }
  }

  private void endNumber() {
    end = offset;
    afterValue();
    listener.number(this);
  }

  private void startLiteral(byte[] expected) {
    literal = expected;
    literalAt = 1;
    start = offset;
    state = State.LITERAL;
  }

  private void literal(int b) {
    if (b != literal[literalAt]) {
      fail(Failure.SYNTAX);
    } else if (++literalAt == literal.length) {
      end = offset + 1;
      afterValue();
      listener.literal(this, literal[0] == 'n' ? null : (Boolean) (literal[0] == 't'));
    }
  }

  private void become(boolean allowed, State next) {
    if (allowed) {
      state = next;
    } else {
      fail(Failure.SYNTAX);
    }
  }

  private void fail(Failure why) {
    if (state != State.FAILED) {
      failure = why;
      state = State.FAILED;
    }
  }
}
