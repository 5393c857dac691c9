package dev.weir.proxy.inbound;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Encodes responses; leaves the body out of those to HEAD (RFC 9110 section 9.3.2). */
public final class ResponseEncoder extends HttpResponseEncoder {
  private boolean head;

  /** Says whether the next final response answers a HEAD request. Event loop only. */
  public void answersHead(boolean head) {
    this.head = head;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return super.isContentAlwaysEmpty(response) || head;
  }
}
