package dev.weir.proxy.inbound;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;

/** Accepts clients and puts the framing rules in front of them. Thread-safe. */
public final class Listener {
  private final Channel channel;

  private Listener(Channel channel) {
    this.channel = channel;
  }

  /**
   * Binds an address.
   *
   * @param places may be shared with other listeners
   * @param full what a client is told for whom there is none
   * @param clients makes the last handler of a client's pipeline
   * @throws Exception when the port cannot be bound
   */
  public static Listener bind(
      EventLoopGroup group,
      Class<? extends ServerChannel> type,
      InetSocketAddress address,
      Places places,
      Full full,
      Clients clients)
      throws Exception {
    byte[] fullAnswer = full.response();
    Channel channel =
        new ServerBootstrap()
            .group(group)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel client) {
                    client.closeFuture().addListener(closed -> places.leave());
                    if (!places.enter()) {
                      client.pipeline().addLast(new OneTooMany(fullAnswer));
                      return;
                    }
                    RequestDecoder decoder = new RequestDecoder();
                    ResponseEncoder encoder = new ResponseEncoder();
                    client
                        .pipeline()
                        .addLast(decoder, encoder, clients.handler(client, decoder, encoder));
                  }
                })
            .bind(address)
            .sync()
            .channel();
    return new Listener(channel);
  }

  /** The port, for a listener that was bound to 0. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Accepts no more; waits until the port is closed. */
  public void close() {
    var _ = channel.close().syncUninterruptibly();
  }

  /** Makes what serves a client. */
  public interface Clients {
    /** The last handler of the client's pipeline, made on its event loop. */
    ChannelHandler handler(Channel client, RequestDecoder decoder, ResponseEncoder encoder);
  }
}
