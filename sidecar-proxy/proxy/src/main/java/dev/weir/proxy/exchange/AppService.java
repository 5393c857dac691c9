package dev.weir.proxy.exchange;

import dev.weir.proxy.inbound.Head;
import dev.weir.proxy.policy.Problem;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;

/** Forwards to the application. (NOT thread safe; event loop only.) */
public final class AppService implements Service {
  private final Loop loop;

  /** Serves connections of this event loop. */
  public AppService(Loop loop) {
    this.loop = loop;
  }

  @Override
  public Exchange exchange(ClientConnection client, Head head) {
    return new AppExchange(loop, client, head);
  }

  @Override
  public FullHttpResponse refused(HttpResponseStatus status, String detail) {
    loop.observer.ended(
        status.equals(HttpResponseStatus.REQUEST_TIMEOUT) ? Ending.CLIENT_STALLED : Ending.REFUSED);
    return Responses.of(Problem.of(status, detail));
  }

  @Override
  public boolean closed() {
    return false;
  }
}
