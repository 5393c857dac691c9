package dev.weir.proxy.inbound;

import static io.netty.handler.codec.http.HttpConstants.CR;
import static io.netty.handler.codec.http.HttpConstants.HT;
import static io.netty.handler.codec.http.HttpConstants.LF;
import static io.netty.handler.codec.http.HttpConstants.SP;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the raw bytes of a request's head before the codec does, for what the codec forgives:
 * several spaces in the request line, other versions, raw bytes in the target, folded fields, bare
 * line feeds. (NOT thread safe; one per connection, {@link #reset()} before each head.)
 */
final class HeadScan {
  static final int MAX_REQUEST_LINE = 8192;
  static final int MAX_HEADER_SECTION = 16384;
  static final int MAX_FIELDS = 100;

  /** The head is not complete. */
  static final int INCOMPLETE = 0;

  /** The head is refused, see {@link #refusal()}. */
  static final int REFUSED = -1;

  private static final BitSet TOKEN = new BitSet(128);

  static {
    TOKEN.set('a', 'z' + 1);
    TOKEN.set('A', 'Z' + 1);
    TOKEN.set('0', '9' + 1);
    "!#$%&'*+-.^_`|~".chars().forEach(TOKEN::set);
  }

  private int line;
  private int searched;
  private int lines;
  private boolean skippedEmptyLine;
  private @Nullable Refusal refusal;

  void reset() {
    line = 0;
    searched = 0;
    lines = 0;
    skippedEmptyLine = false;
    refusal = null;
  }

  Refusal refusal() {
    return Objects.requireNonNull(refusal);
  }

  /** The length of the head in bytes, {@link #INCOMPLETE} or {@link #REFUSED}. */
  int scan(ByteBuf bytes) {
    if (searched == 0 && !start(bytes)) {
      return refusal == null ? INCOMPLETE : REFUSED;
    }
    int begin = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (true) {
      int lineStart = begin + line;
      int lf = bytes.indexOf(Math.max(lineStart, begin + searched), end, LF);
      searched = (lf < 0 ? end : lf + 1) - begin;
      if (lines == 0 && searched > MAX_REQUEST_LINE) {
        return refuse(
            HttpResponseStatus.REQUEST_URI_TOO_LONG,
            "The request line is longer than " + MAX_REQUEST_LINE + " bytes.");
      }
      if (searched > MAX_REQUEST_LINE + MAX_HEADER_SECTION || lines > MAX_FIELDS + 1) {
        return refuse(
            HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            "The header section has more than "
                + MAX_FIELDS
                + " fields or "
                + MAX_HEADER_SECTION
                + " bytes.");
      }
      if (lf < 0) {
        return INCOMPLETE;
      }
      if (lf == lineStart || bytes.getByte(lf - 1) != CR) {
        return refuse("A line of the head does not end in CRLF.");
      }
      if (lines == 0) {
        if (!requestLine(bytes, lineStart, lf - 1)) {
          return REFUSED;
        }
      } else if (lf - lineStart == 1) {
        return searched;
      } else if (bytes.getByte(lineStart) == SP || bytes.getByte(lineStart) == HT) {
        return refuse("A header field is folded over several lines (RFC 9112 section 5.2).");
      }
      lines++;
      line = searched;
    }
  }

  /** Skips one empty line (RFC 9112 section 2.2); whether there is anything to look at then. */
  private boolean start(ByteBuf bytes) {
    if (bytes.isReadable() && bytes.getByte(bytes.readerIndex()) == CR && !skippedEmptyLine) {
      if (bytes.readableBytes() < 2) {
        return false;
      }
      if (bytes.getByte(bytes.readerIndex() + 1) == LF) {
        bytes.skipBytes(2);
        skippedEmptyLine = true;
      }
    }
    if (!bytes.isReadable()) {
      return false;
    }
    if (!isTokenCharacter(bytes.getByte(bytes.readerIndex()))) {
      refuse("The request line does not begin with a method.");
      return false;
    }
    return true;
  }

  private boolean requestLine(ByteBuf bytes, int from, int to) {
    int at = from;
    while (at < to && isTokenCharacter(bytes.getByte(at))) {
      at++;
    }
    if (at == from || at == to || bytes.getByte(at) != SP) {
      refuse("The request line is not: method, one space, target, one space, version.");
      return false;
    }
    int target = ++at;
    while (at < to && bytes.getByte(at) > SP && bytes.getByte(at) != 0x7f) {
      if (bytes.getByte(at) == '#') {
        refuse("The request target holds a fragment ('#').");
        return false;
      }
      at++;
    }
    if (at == target || at == to || bytes.getByte(at) != SP) {
      refuse("The request target is empty or holds a byte that must be percent-encoded.");
      return false;
    }
    return version(bytes, at + 1, to);
  }

  private boolean version(ByteBuf bytes, int from, int to) {
    boolean wellFormed =
        to - from == 8
            && bytes.getByte(from) == 'H'
            && bytes.getByte(from + 1) == 'T'
            && bytes.getByte(from + 2) == 'T'
            && bytes.getByte(from + 3) == 'P'
            && bytes.getByte(from + 4) == '/'
            && isDigit(bytes.getByte(from + 5))
            && bytes.getByte(from + 6) == '.'
            && isDigit(bytes.getByte(from + 7));
    if (!wellFormed) {
      refuse("The request line does not end in one space and the HTTP version.");
      return false;
    }
    if (bytes.getByte(from + 5) != '1' || bytes.getByte(from + 7) > '1') {
      refuse(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED,
          "Only HTTP/1.1 and HTTP/1.0 are served here.");
      return false;
    }
    return true;
  }

  private int refuse(String detail) {
    return refuse(HttpResponseStatus.BAD_REQUEST, detail);
  }

  private int refuse(HttpResponseStatus status, String detail) {
    refusal = new Refusal(status, detail);
    return REFUSED;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** RFC 9110 section 5.6.2. */
  static boolean isTokenCharacter(int b) {
    return b >= 0 && TOKEN.get(b);
  }
}
