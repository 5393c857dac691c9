package dev.weir.proxy.llm;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/** The data lines of a server-sent event (HTML, section 9.2.6). */
final class EventData {
  private EventData() {}

  /**
   * The data of an event, several lines joined by a line feed; null if it has no data line. A view
   * of {@code raw}, or on the heap: there is nothing to release.
   *
   * @param first whether it is the stream's first event, which may begin with a byte order mark
   */
  static @Nullable ByteBuf of(ByteBuf raw, boolean first) {
    int end = raw.writerIndex();
    int at = raw.readerIndex();
    if (first && end - at >= 3 && raw.getUnsignedMedium(at) == 0xefbbbf) {
      at += 3;
    }
    ByteBuf data = null;
    boolean joined = false;
    while (at < end) {
      int lineEnd = raw.forEachByte(at, end - at, ByteProcessor.FIND_CRLF);
      if (lineEnd < 0) {
        lineEnd = end;
      }
      int value = valueOf(raw, at, lineEnd);
      if (value >= 0) {
        ByteBuf line = raw.slice(value, lineEnd - value);
        if (data == null) {
          data = line;
        } else {
          if (!joined) {
            data = Unpooled.buffer(end - raw.readerIndex()).writeBytes(data);
            joined = true;
          }
          data.writeByte('\n').writeBytes(line);
        }
      }
      at = lineEnd + 1;
    }
    return data;
  }

  /** Where the value of a data line begins; -1 if it is another line. */
  private static int valueOf(ByteBuf raw, int at, int end) {
    if (end - at < 4
        || raw.getByte(at) != 'd'
        || raw.getByte(at + 1) != 'a'
        || raw.getByte(at + 2) != 't'
        || raw.getByte(at + 3) != 'a') {
      return -1;
    }
    int value = at + 4;
    if (value == end) {
      return end;
    }
    if (raw.getByte(value) != ':') {
      return -1;
    }
    value++;
    return value < end && raw.getByte(value) == ' ' ? value + 1 : value;
  }
}
