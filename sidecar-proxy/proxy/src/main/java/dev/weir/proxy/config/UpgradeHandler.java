package dev.weir.proxy.config;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * From TLS to a WebSocket. The token is sent only after the operator's certificate was verified.
 * Replaces itself by the stream's handler, or closes the channel. On the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What can't be written closes the channel.
final class UpgradeHandler extends SimpleChannelInboundHandler<FullHttpResponse> {
  private final WebSocketClientHandshaker handshaker;
  private final int maxFrameBytes;
  private final ChannelHandler stream;
  private final Consumer<Ending> ending;

  UpgradeHandler(
      WebSocketClientHandshaker handshaker,
      int maxFrameBytes,
      ChannelHandler stream,
      Consumer<Ending> ending) {
    this.handshaker = handshaker;
    this.maxFrameBytes = maxFrameBytes;
    this.stream = stream;
    this.ending = ending;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls) {
      if (tls.isSuccess()) {
        handshaker.handshake(ctx.channel());
      } else {
        end(ctx, new Ending.Failed("TLS: " + tls.cause().getMessage()));
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
    int status = response.status().code();
    if (status == HttpResponseStatus.MISDIRECTED_REQUEST.code()) {
      InetSocketAddress leader = address(response.headers().get("Weir-Leader"));
      end(
          ctx,
          leader == null
              ? new Ending.Failed("the operator's replicas have no leader at the moment")
              : new Ending.Redirected(leader));
    } else if (status != HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      end(ctx, new Ending.Failed("the operator answered " + response.status()));
    } else {
      handshaker.finishHandshake(ctx.channel(), response);
      ctx.pipeline().addLast(new WebSocketFrameAggregator(maxFrameBytes), stream);
      ctx.pipeline().remove(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    end(ctx, new Ending.Failed("upgrade: " + cause));
  }

  private void end(ChannelHandlerContext ctx, Ending why) {
    ending.accept(why);
    ctx.close();
  }

  /** Literal addresses only, so that there is no name to look up. */
  private static @Nullable InetSocketAddress address(@Nullable String text) {
    int colon = text == null ? -1 : text.lastIndexOf(':');
    if (text == null || colon < 1) {
      return null;
    }
    byte[] ip = NetUtil.createByteArrayFromIpAddressString(text.substring(0, colon));
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return ip == null || port < 1 || port > 65535
          ? null
          : new InetSocketAddress(InetAddress.getByAddress(ip), port);
    } catch (NumberFormatException | UnknownHostException e) {
      return null;
    }
  }
}
