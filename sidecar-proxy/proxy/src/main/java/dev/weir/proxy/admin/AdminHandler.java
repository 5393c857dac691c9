package dev.weir.proxy.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Answers one admin connection. Event loop only. */
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final String DRAIN = "/drain/";

  private final Health health;
  private final Metrics metrics;
  private final byte[] drainToken;

  AdminHandler(Health health, Metrics metrics, String drainToken) {
    this.health = health;
    this.metrics = metrics;
    this.drainToken = drainToken.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    FullHttpResponse response =
        request.decoderResult().isFailure()
            ? text(HttpResponseStatus.BAD_REQUEST, "not HTTP")
            : answer(request.uri());
    HttpUtil.setKeepAlive(response, keepAlive);
    HttpUtil.setContentLength(response, response.content().readableBytes());
    var written = ctx.writeAndFlush(response);
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private FullHttpResponse answer(String uri) {
    int query = uri.indexOf('?');
    String path = query < 0 ? uri : uri.substring(0, query);
    return switch (path) {
      case "/livez" -> text(HttpResponseStatus.OK, "ok");
      case "/startupz" ->
          probe(health.started(), "no snapshot yet, or the counters were not asked yet");
      case "/readyz" -> probe(health.ready(), "draining, or not started yet");
      case "/metrics" -> metrics();
      default -> path.startsWith(DRAIN) ? drain(path.substring(DRAIN.length())) : notFound();
    };
  }

  private FullHttpResponse metrics() {
    FullHttpResponse response = text(HttpResponseStatus.OK, metrics.scrape());
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    return response;
  }

  private FullHttpResponse drain(String token) {
    if (!MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), drainToken)) {
      return notFound();
    }
    health.drain();
    return text(HttpResponseStatus.OK, "draining");
  }

  private static FullHttpResponse probe(boolean good, String otherwise) {
    return good
        ? text(HttpResponseStatus.OK, "ok")
        : text(HttpResponseStatus.SERVICE_UNAVAILABLE, otherwise);
  }

  private static FullHttpResponse notFound() {
    return text(HttpResponseStatus.NOT_FOUND, "here are /livez, /startupz, /readyz and /metrics");
  }

  private static FullHttpResponse text(HttpResponseStatus status, String text) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            Unpooled.copiedBuffer(
                text.endsWith("\n") ? text : text + "\n", StandardCharsets.UTF_8));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    return response;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }
}
