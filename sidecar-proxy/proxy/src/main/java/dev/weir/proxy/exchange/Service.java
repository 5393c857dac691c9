package dev.weir.proxy.exchange;

import dev.weir.proxy.inbound.Head;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;

/** What answers the requests of a listener's clients on one event loop. Event loop only. */
public interface Service {

  /** Makes what answers a request. */
  Exchange exchange(ClientConnection client, Head head);

  /** The answer, with which the connection ends, to a head that is refused or did not come. */
  FullHttpResponse refused(HttpResponseStatus status, String detail);

  /** Whether connections end after the exchange that they are at. */
  boolean closed();
}
