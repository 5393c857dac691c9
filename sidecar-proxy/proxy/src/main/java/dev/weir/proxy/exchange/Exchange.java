package dev.weir.proxy.exchange;

import io.netty.handler.codec.http.HttpContent;

/**
 * One request and its response, as a {@link ClientConnection} drives it. It ends by exactly one
 * call of {@link ClientConnection#exchangeEnded} or {@link ClientConnection#exchangeAborted}, or
 * with {@link #clientGone}; after that the connection calls nothing here any more. Event loop only.
 */
public interface Exchange {

  /** The head was read; the decoder holds the body back. Called first, once. */
  void start();

  /** A part of the request's body, which is the exchange's to release or to pass on. */
  void requestContent(HttpContent content, boolean last);

  /** All that has been read so far of the request was handed over. */
  void requestReadComplete();

  /** The client takes more bytes again, or does not. */
  void clientWritabilityChanged();

  /** The client closed the connection or it broke. */
  void clientGone();

  /** The body of the request is not what its framing says. */
  void requestBroken();

  /** The client neither sends nor reads. */
  void clientStalled();

  /** Whether the rest of the request's body is what holds this up. */
  boolean awaitsBody();
}
