package dev.weir.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The connections of one event loop to the application. (NOT thread safe; event loop only.) */
public final class Pool {
  private static final int CONNECT_MILLIS = 1000;

  /**
   * Shorter than any keep-alive time-out that servers have by default (the shortest known is 2 s),
   * so that we close first; connecting anew over loopback costs less than a failed request.
   */
  static final Duration IDLE = Duration.ofMillis(1500);

  static final HttpDecoderConfig RESPONSES =
      new HttpDecoderConfig()
          .setMaxInitialLineLength(8192)
          .setMaxHeaderSize(65536)
          .setMaxChunkSize(65536);

  private final Bootstrap bootstrap;
  private final IdleConnections idle;

  /** A pool of connections to {@code application}, all on {@code loop}. */
  public Pool(
      EventLoop loop,
      ChannelFactory<? extends Channel> channels,
      InetSocketAddress application,
      LongSupplier nanoTime) {
    this.idle = new IdleConnections(IDLE, nanoTime);
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(channels)
            .remoteAddress(application)
            .disableResolver()
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpClientCodec(RESPONSES, false, false),
                            new UpstreamConnection(idle, channel));
                  }
                });
  }

  /** Hands over a connection: at once when one is idle, else once it is connected. */
  public void acquire(Waiter waiter) {
    UpstreamConnection connection = idle.take();
    if (connection != null) {
      waiter.connected(connection);
    } else {
      connect(waiter);
    }
  }

  /** Hands over a connection that nobody has used. */
  public void connect(Waiter waiter) {
    bootstrap
        .connect()
        .addListener(
            (ChannelFuture future) -> {
              if (future.isSuccess()) {
                waiter.connected(future.channel().pipeline().get(UpstreamConnection.class));
              } else {
                waiter.failed(future.cause());
              }
            });
  }

  /** Closes what has been idle for too long; to be called a few times a second. */
  public void evict() {
    idle.evict();
  }
}
