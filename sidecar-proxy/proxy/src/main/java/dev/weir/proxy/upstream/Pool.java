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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * The idle connections of one event loop to the application, the last used first, so that those
 * that a lower load does not need grow cold and are closed. (NOT thread safe; event loop only.)
 */
public final class Pool {
  private static final int CONNECT_MILLIS = 1000;

  /**
   * Shorter than any keep-alive time-out that servers have by default (the shortest known is 2 s),
   * so that we close first; connecting anew over loopback costs less than a failed request.
   */
  static final Duration IDLE = Duration.ofMillis(1500);

  private static final HttpDecoderConfig RESPONSES =
      new HttpDecoderConfig()
          .setMaxInitialLineLength(8192)
          .setMaxHeaderSize(65536)
          .setMaxChunkSize(65536);

  private final Bootstrap bootstrap;
  private final LongSupplier nanoTime;
  private final Deque<UpstreamConnection> idle = new ArrayDeque<>();

  /** A pool of connections to {@code application}, all on {@code loop}. */
  public Pool(
      EventLoop loop,
      ChannelFactory<? extends Channel> channels,
      InetSocketAddress application,
      LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
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
                            new UpstreamConnection(Pool.this, channel));
                  }
                });
  }

  /** Hands over a connection: at once when one is idle, else once it is connected. */
  public void acquire(Waiter waiter) {
    UpstreamConnection connection = idle.pollFirst();
    while (connection != null && !connection.channel().isActive()) {
      connection = idle.pollFirst();
    }
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

  /**
   * Takes back a connection on which request and response have both ended well. It becomes idle
   * once what was read with the response's end is known to be nothing.
   */
  public void release(UpstreamConnection connection) {
    connection.returned();
  }

  /** Takes back a connection that was not used at all. */
  public void releaseUnused(UpstreamConnection connection) {
    idle(connection);
  }

  /** Closes what has been idle for too long; to be called a few times a second. */
  public void evict() {
    long now = nanoTime.getAsLong();
    UpstreamConnection coldest = idle.peekLast();
    while (coldest != null && now - coldest.idleSinceNanos >= IDLE.toNanos()) {
      idle.removeLast();
      coldest.abandon();
      coldest = idle.peekLast();
    }
  }

  void idle(UpstreamConnection connection) {
    if (connection.channel().isActive()) {
      connection.idleSinceNanos = nanoTime.getAsLong();
      idle.addFirst(connection);
    }
  }

  void closed(UpstreamConnection connection) {
    idle.remove(connection);
  }

  /** Waits for a connection. */
  public interface Waiter {
    /** The connection is the waiter's until it is released or abandoned. */
    void connected(UpstreamConnection connection);

    /** There is none; the application does not listen or does not answer. */
    void failed(Throwable cause);
  }
}
