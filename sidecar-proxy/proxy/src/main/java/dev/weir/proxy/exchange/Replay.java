package dev.weir.proxy.exchange;

import dev.weir.proxy.upstream.Retry;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;

/**
 * A small body kept until the application begins to answer, in case it must be sent again. Owns a
 * duplicate of each part, with its own reader index. (NOT thread safe.)
 */
final class Replay {
  private final List<HttpContent> parts = new ArrayList<>(1);
  private int bytes;
  private boolean ended;
  private boolean given;

  /** Keeps a part, or gives up when the body grows too big. */
  void keep(HttpContent part) {
    if (given) {
      return;
    }
    bytes += part.content().readableBytes();
    if (bytes > Retry.MAX_BODY) {
      release();
      return;
    }
    parts.add(part.retainedDuplicate());
    ended = part instanceof LastHttpContent;
  }

  /** Whether the body is here from its first byte to its last. */
  boolean isWhole() {
    return ended && !given;
  }

  /** Hands the parts over to the caller. */
  List<HttpContent> take() {
    List<HttpContent> all = List.copyOf(parts);
    parts.clear();
    given = true;
    return all;
  }

  /** Forgets what was kept; from now on nothing is. */
  void release() {
    take().forEach(HttpContent::release);
  }
}
