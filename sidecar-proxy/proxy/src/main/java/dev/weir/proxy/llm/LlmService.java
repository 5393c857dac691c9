package dev.weir.proxy.llm;

import dev.weir.proxy.exchange.ClientConnection;
import dev.weir.proxy.exchange.Exchange;
import dev.weir.proxy.exchange.Service;
import dev.weir.proxy.inbound.Head;
import dev.weir.proxy.policy.Problem;
import dev.weir.proxy.policy.RouteRules;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Serves a route's listener on one event loop. (NOT thread safe but for {@link #close()}.) */
public final class LlmService implements Service {
  private final LlmLoop loop;
  private final int port;
  private final String boundFor;
  private @Nullable Backends backends;
  private volatile boolean closed;

  /**
   * Serves whatever route has the port when a call begins.
   *
   * @param boundFor the route that the port was opened for
   */
  public LlmService(LlmLoop loop, int port, String boundFor) {
    this.loop = loop;
    this.port = port;
    this.boundFor = boundFor;
  }

  @Override
  public Exchange exchange(ClientConnection client, Head head) {
    RouteRules rules = loop.policy.routes().get(port);
    return new LlmExchange(
        loop,
        client,
        head,
        rules == null ? boundFor : name(rules),
        rules == null ? null : backends(rules));
  }

  private Backends backends(RouteRules rules) {
    Backends known = backends;
    if (known == null || !known.areOf(rules)) {
      known = new Backends(rules);
      backends = known;
    }
    return known;
  }

  @Override
  public FullHttpResponse refused(HttpResponseStatus status, String detail) {
    RouteRules rules = loop.policy.routes().get(port);
    String route = rules == null ? boundFor : name(rules);
    loop.observer.ended(
        route,
        CallObserver.NO_PROVIDER,
        status.equals(HttpResponseStatus.REQUEST_TIMEOUT)
            ? CallEnding.CLIENT_STALLED
            : CallEnding.REFUSED);
    return response(LlmError.of(route, Problem.of(status, detail)));
  }

  private static String name(RouteRules rules) {
    return rules.route().name();
  }

  static FullHttpResponse response(LlmError error) {
    FullHttpResponse response = response(error.status(), error.body());
    error.writeFields(response.headers());
    return response;
  }

  static FullHttpResponse response(HttpResponseStatus status, byte[] json) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(json));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(json.length));
    return response;
  }

  /** Lets each connection end with the exchange that it is at. */
  public void close() {
    closed = true;
  }

  @Override
  public boolean closed() {
    return closed;
  }
}
