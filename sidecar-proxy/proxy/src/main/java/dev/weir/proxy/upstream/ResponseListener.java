package dev.weir.proxy.upstream;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Hears what comes back on an {@link UpstreamConnection}. Called on its event loop. */
public interface ResponseListener {

  /** A 1xx response other than 101; the final one is still to come. */
  void onInformational(HttpResponse response);

  /** The head of the final response. */
  void onHead(HttpResponse response);

  /** A part of the body, which the listener owns; the last one ends the response. */
  void onContent(HttpContent content);

  /** All that has been read so far was handed over. */
  void onReadComplete();

  /** The connection takes more bytes again, or does not. */
  void onWritabilityChanged();

  /**
   * The connection ended or cannot be understood, before the response did. Called at most once and
   * nothing is called after it.
   *
   * @param cause what was wrong; null when the peer just closed
   */
  void onBroken(@Nullable Throwable cause);
}
