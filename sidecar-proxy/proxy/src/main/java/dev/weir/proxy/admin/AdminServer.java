package dev.weir.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;

/** The admin listener. Thread-safe. */
public final class AdminServer {
  private static final int MAX_BODY = 1024;
  private static final int IDLE_SECONDS = 120;

  private final Channel channel;

  private AdminServer(Channel channel) {
    this.channel = channel;
  }

  /**
   * Binds the port on all addresses.
   *
   * @param drainToken what the path of a drain must end in
   * @throws Exception when the port cannot be bound
   */
  public static AdminServer bind(
      EventLoopGroup group,
      Class<? extends ServerChannel> type,
      int port,
      Health health,
      Metrics metrics,
      String drainToken)
      throws Exception {
    return new AdminServer(
        new ServerBootstrap()
            .group(group)
            .channel(type)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel client) {
                    client
                        .pipeline()
                        .addLast(
                            new ReadTimeoutHandler(IDLE_SECONDS),
                            new HttpServerCodec(),
                            new HttpObjectAggregator(MAX_BODY),
                            new AdminHandler(health, metrics, drainToken));
                  }
                })
            .bind(port)
            .sync()
            .channel());
  }

  /** The port, for a listener that was bound to 0. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Accepts no more; waits until the port is closed. */
  public void close() {
    channel.close().syncUninterruptibly();
  }
}
