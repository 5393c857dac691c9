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
  private final int bound;
  private byte[] bytes = new byte[0];
  private int length;
  private long held;

  /**
   * Expects a body.
   *
   * @param contentLength -1 if nobody knows
   */
  RequestBody(BodyRoom room, int most, long contentLength) {
    this.room = room;
    this.most = most;
    this.bound = contentLength > 0 ? (int) Math.min(contentLength, most) : most;
  }

  Added add(ByteBuf piece) {
    int more = piece.readableBytes();
    if (more > most - length) {
      return Added.TOO_LARGE;
    }
    if (length + more > bytes.length && !grow(length + more)) {
      return Added.NO_ROOM;
    }
    piece.readBytes(bytes, length, more);
    length += more;
    return Added.YES;
  }

  /** A length alone costs the client nothing, so room is taken as bytes come. */
  private boolean grow(int needed) {
    int capacity = Math.max(needed, Math.min(bound, Math.max(FIRST, 2 * bytes.length)));
    if (!room.take(capacity - held)) {
      return false;
    }
    held = capacity;
    bytes = Arrays.copyOf(bytes, capacity);
    return true;
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
    room.give(held);
    held = 0;
    length = 0;
  }
}
