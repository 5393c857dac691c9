package dev.weir.proxy.llm;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The body of a request as it comes. (NOT thread safe; {@link #release()} is due once.) */
final class RequestBody {
  private static final int FIRST = 4096;

  /** What became of a piece. */
  enum Added {
    YES,
    TOO_LARGE,
    NO_ROOM
  }

  private final BodyRoom room;
  private final int most;
  private byte[] bytes;
  private int length;

  /**
   * Expects a body.
   *
   * @param contentLength -1 if nobody knows
   */
  RequestBody(BodyRoom room, int most, long contentLength) {
    this.room = room;
    this.most = most;
    // A length alone costs the client nothing, so it gets no more than this for it.
    this.bytes = new byte[contentLength > 0 ? (int) Math.min(contentLength, FIRST) : FIRST];
  }

  Added add(ByteBuf piece) {
    int more = piece.readableBytes();
    if (more > most - length) {
      return Added.TOO_LARGE;
    }
    if (!room.take(more)) {
      return Added.NO_ROOM;
    }
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(most, Math.max(length + more, 2 * bytes.length)));
    }
    piece.readBytes(bytes, length, more);
    length += more;
    return Added.YES;
  }

  /** All of it; not to be changed. */
  byte[] bytes() {
    return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
  }

  /** Lets go of the bytes, and keeps the room for what was made of them. */
  void forget() {
    bytes = new byte[0];
  }

  /** Gives the room back. */
  void release() {
    forget();
    room.give(length);
    length = 0;
  }
}
