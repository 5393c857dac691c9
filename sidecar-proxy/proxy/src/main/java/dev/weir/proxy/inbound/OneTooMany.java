package dev.weir.proxy.inbound;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Serves a client beyond the most connections: one 503, then the end. What it sends is read and
 * forgotten, so that it can read the answer.
 */
final class OneTooMany extends ChannelInboundHandlerAdapter {
  private final byte[] answer;

  OneTooMany(byte[] answer) {
    this.answer = answer;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    ctx.writeAndFlush(Unpooled.wrappedBuffer(answer))
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
