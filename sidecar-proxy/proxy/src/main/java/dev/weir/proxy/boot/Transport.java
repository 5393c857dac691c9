package dev.weir.proxy.boot;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Epoll where its library can be loaded, else NIO. */
record Transport(
    EventLoopGroup group,
    Class<? extends ServerChannel> server,
    Class<? extends SocketChannel> client) {

  static Transport open(int loops) {
    DefaultThreadFactory threads = new DefaultThreadFactory("weir-loop");
    return Epoll.isAvailable()
        ? new Transport(
            new MultiThreadIoEventLoopGroup(loops, threads, EpollIoHandler.newFactory()),
            EpollServerSocketChannel.class,
            EpollSocketChannel.class)
        : new Transport(
            new MultiThreadIoEventLoopGroup(loops, threads, NioIoHandler.newFactory()),
            NioServerSocketChannel.class,
            NioSocketChannel.class);
  }

  /**
   * Closes all channels, each of which then releases what it holds, and ends the threads. A loop
   * closes channels only in the round after the one in which it is told to end, and there is such a
   * round only where the quiet period is longer than any pause of the loop between two tasks.
   */
  Future<?> stop() {
    return group.shutdownGracefully(50, 1000, TimeUnit.MILLISECONDS);
  }

  ChannelFactory<? extends Channel> clients() {
    return new ReflectiveChannelFactory<>(client);
  }
}
