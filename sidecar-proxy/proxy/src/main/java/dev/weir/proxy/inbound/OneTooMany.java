package dev.weir.proxy.inbound;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Serves a client beyond the most connections: one 503, then the end. What it sends is read and
 * forgotten, so that it can read the answer.
 */
final class OneTooMany extends ChannelInboundHandlerAdapter {
  private static final String FULL_BODY =
      """
      {"title":"Service Unavailable","status":503,\
      "detail":"Weir serves as many connections as it may already. Try again in 1 s."}
      """;

  private static final byte[] FULL =
      ("HTTP/1.1 503 Service Unavailable\r\n"
              + "Content-Type: application/problem+json\r\n"
              + ("Content-Length: " + FULL_BODY.length() + "\r\n")
              + "Retry-After: 1\r\n"
              + "Cache-Control: no-store\r\n"
              + "Connection: close\r\n\r\n"
              + FULL_BODY)
          .getBytes(StandardCharsets.US_ASCII);

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    ctx.writeAndFlush(Unpooled.wrappedBuffer(FULL))
        .addListener(
            written -> {
              if (channel instanceof DuplexChannel duplex) {
                var _ = duplex.shutdownOutput();
              }
            });
    var _ = ctx.executor().schedule(() -> closeNow(channel), 1, TimeUnit.SECONDS);
  }

  private static void closeNow(Channel channel) {
    var _ = channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }
}
