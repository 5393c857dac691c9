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

  ChannelFactory<? extends Channel> clients() {
    return new ReflectiveChannelFactory<>(client);
  }
}
