package dev.weir.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The connections of one event loop to one endpoint. (NOT thread safe; event loop only.) */
final class ProviderPool {
  /**
   * Below the 5 s after which the servers that serve models close by default (uvicorn, Node,
   * cpp-httplib), so that we close first: a call that a connection loses can't be sent again, while
   * a handshake is little beside a first token.
   */
  static final Duration IDLE = Duration.ofSeconds(4);

  private final EventLoop loop;
  private final Endpoint endpoint;
  private final Resolver resolver;
  private final IdleConnections idle;
  private final Bootstrap bootstrap;

  /** Attempts and connections, whoever has them. */
  private int open;

  ProviderPool(
      EventLoop loop,
      ChannelFactory<? extends Channel> channels,
      Endpoint endpoint,
      Resolver resolver,
      ClientTls tls,
      LongSupplier nanoTime) {
    this.loop = loop;
    this.endpoint = endpoint;
    this.resolver = resolver;
    this.idle = new IdleConnections(IDLE, nanoTime);
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(channels)
            .disableResolver()
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    open++;
                    channel.closeFuture().addListener(closed -> open--);
                    if (endpoint.tls()) {
                      channel.pipeline().addLast(tls.handler(channel.alloc(), endpoint));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            new HttpClientCodec(Pool.RESPONSES, false, false),
                            new UpstreamConnection(idle, channel));
                  }
                });
  }

  /** Hands over a connection: at once when one is idle, else within the time given. */
  void acquire(Duration within, Waiter waiter) {
    UpstreamConnection connection = idle.take();
    if (connection != null) {
      waiter.connected(connection);
      return;
    }
    open++;
    new Connecting(
            loop,
            bootstrap,
            endpoint,
            within,
            new Waiter() {
              @Override
              public void connected(UpstreamConnection made) {
                open--;
                waiter.connected(made);
              }

              @Override
              public void failed(Throwable cause) {
                open--;
                waiter.failed(cause);
              }
            })
        .start(resolver);
  }

  void evict() {
    idle.evict();
  }

  /** Whether nothing is lost with it. */
  boolean isUnused() {
    return open == 0;
  }
}
