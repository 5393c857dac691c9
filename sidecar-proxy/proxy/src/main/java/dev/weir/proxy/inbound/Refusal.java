package dev.weir.proxy.inbound;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * A request that is not served, because it has more than one reading or one that we do not support.
 * The connection cannot be used any longer, since where the next request begins is in doubt.
 *
 * @param detail for the client, says what was wrong; holds nothing that the client sent
 */
public record Refusal(HttpResponseStatus status, String detail) implements HeadResult {

  static Refusal badRequest(String detail) {
    return new Refusal(HttpResponseStatus.BAD_REQUEST, detail);
  }
}
