package dev.weir.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.FromSidecar;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An operator's end of the stream: real TLS, real WebSocket, and it does what a test says. */
@SuppressWarnings("FutureReturnValueIgnored") // What can't be written closes the channel.
final class FakeOperator implements AutoCloseable {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel server;

  private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();
  private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();

  /** Requests for an upgrade, also refused ones. */
  final BlockingQueue<String> tokens = new LinkedBlockingQueue<>();

  final AtomicInteger connections = new AtomicInteger();

  FakeOperator() throws Exception {
    this(Certificates.SERVER);
  }

  FakeOperator(X509Bundle certificate) throws Exception {
    this(certificate, 0);
  }

  FakeOperator(X509Bundle certificate, int port) throws Exception {
    SslContext tls =
        SslContextBuilder.forServer(certificate.toKeyManagerFactory())
            .sslProvider(SslProvider.JDK)
            .build();
    server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel ch) {
                    connections.incrementAndGet();
                    ch.pipeline()
                        .addLast(
                            tls.newHandler(ch.alloc()),
                            new HttpServerCodec(),
                            new HttpObjectAggregator(1 << 16),
                            new Upgrade());
                  }
                })
            .bind("127.0.0.1", port)
            .sync()
            .channel();
  }

  private record Refusal(int status, @Nullable String leader) {}

  int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  URI url() {
    return URI.create("wss://localhost:" + port() + "/v1/config");
  }

  /** The next upgrade is refused. */
  void refuseNext(int status, @Nullable String leader) {
    refusals.add(new Refusal(status, leader));
  }

  /** The next sidecar that connects. */
  Peer accept() throws InterruptedException {
    Peer peer = peers.poll(20, TimeUnit.SECONDS);
    assertThat(peer).as("a sidecar connects").isNotNull();
    return peer;
  }

  @Override
  public void close() {
    stop();
  }

  /** Drops all connections and refuses new ones. Harmless when done twice. */
  void stop() {
    if (group.isShuttingDown()) {
      return;
    }
    server.close().syncUninterruptibly();
    group.shutdownGracefully(1, 5000, TimeUnit.MILLISECONDS).syncUninterruptibly();
  }

  /** One connected sidecar. */
  static final class Peer {
    final Channel channel;
    final BlockingQueue<FromSidecar> frames = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> closeCodes = new LinkedBlockingQueue<>();
    final AtomicInteger pings = new AtomicInteger();
    volatile boolean mute;

    private Peer(Channel channel) {
      this.channel = channel;
    }

    /** The next frame of this kind; others are dropped. */
    <T extends FromSidecar> T next(Class<T> kind) throws InterruptedException {
      while (true) {
        FromSidecar frame = frames.poll(20, TimeUnit.SECONDS);
        assertThat(frame).as("a frame of kind %s", kind.getSimpleName()).isNotNull();
        if (kind.isInstance(frame)) {
          return kind.cast(frame);
        }
      }
    }

    void send(FromOperator update) throws Exception {
      send(JSON.writerFor(FromOperator.class).writeValueAsString(update));
    }

    /** Sends it, unless the sidecar goes at this moment. */
    void trySend(FromOperator update) throws Exception {
      channel
          .writeAndFlush(
              new TextWebSocketFrame(JSON.writerFor(FromOperator.class).writeValueAsString(update)))
          .awaitUninterruptibly();
    }

    void send(String text) {
      send(new TextWebSocketFrame(text));
    }

    void send(WebSocketFrame frame) {
      channel.writeAndFlush(frame).syncUninterruptibly();
    }

    void close(int code) {
      send(new CloseWebSocketFrame(code, ""));
    }
  }

  private final class Upgrade extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      tokens.add(String.valueOf(request.headers().get(HttpHeaderNames.AUTHORIZATION)));
      Refusal refusal = refusals.poll();
      if (refusal != null) {
        FullHttpResponse response =
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(refusal.status()));
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        if (refusal.leader() != null) {
          response.headers().set("Weir-Leader", refusal.leader());
        }
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        return;
      }
      Peer peer = new Peer(ctx.channel());
      ctx.pipeline().addLast(new Frames(peer));
      WebSocketServerHandshaker handshaker =
          new WebSocketServerHandshakerFactory(
                  "wss://localhost" + request.uri(), null, false, 1 << 20)
              .newHandshaker(request);
      handshaker
          .handshake(ctx.channel(), request)
          .addListener(
              done -> {
                if (done.isSuccess()) {
                  peers.add(peer);
                }
              });
      ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  private static final class Frames extends SimpleChannelInboundHandler<WebSocketFrame> {
    private final Peer peer;

    Frames(Peer peer) {
      this.peer = peer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) throws Exception {
      switch (frame) {
        case TextWebSocketFrame text ->
            peer.frames.add(JSON.readValue(text.text(), FromSidecar.class));
        case PingWebSocketFrame ping -> {
          peer.pings.incrementAndGet();
          if (!peer.mute) {
            ctx.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
          }
        }
        case CloseWebSocketFrame close -> {
          peer.closeCodes.add(close.statusCode());
          ctx.close();
        }
        default -> throw new IllegalStateException("unexpected " + frame);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
