package dev.weir.proxy.config;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes one attempt to connect. Call on the event loop. */
final class Connector {

  /** A snapshot with a thousand limits and consumers has about a tenth of this. */
  static final int MAX_FRAME_BYTES = 4 << 20;

  private static final int MAX_RESPONSE_BYTES = 16 << 10;

  private final StreamSettings settings;
  private final Trust trust;
  private final EventLoop loop;
  private final Class<? extends Channel> channel;
  private final Executor blocking;

  Connector(
      StreamSettings settings,
      Trust trust,
      EventLoop loop,
      Class<? extends Channel> channel,
      Executor blocking) {
    this.settings = settings;
    this.trust = trust;
    this.loop = loop;
    this.channel = channel;
    this.blocking = blocking;
  }

  /**
   * Connects, and tells once how that or the connection ended.
   *
   * @param leader where to go in place of the URL's host; the certificate must be for the URL's
   *     host nevertheless
   * @param stream makes the handler that takes over after the upgrade
   */
  void connect(
      @Nullable InetSocketAddress leader,
      Function<Consumer<Ending>, ChannelHandler> stream,
      Consumer<Ending> ended) {
    var _ =
        CompletableFuture.supplyAsync(() -> target(leader), blocking)
            .whenCompleteAsync(
                (target, failure) -> {
                  if (failure == null) {
                    open(target, stream, ended);
                  } else {
                    ended.accept(new Ending.Failed(String.valueOf(cause(failure).getMessage())));
                  }
                },
                loop);
  }

  private record Target(InetSocketAddress address, String token) {}

  private Target target(@Nullable InetSocketAddress leader) {
    try {
      String token = Files.readString(settings.tokenFile()).strip();
      String host = settings.url().getHost();
      return new Target(
          leader != null
              ? leader
              : new InetSocketAddress(InetAddress.getByName(host), settings.url().getPort()),
          token);
    } catch (IOException e) {
      throw new CompletionException(
          new IOException("token " + settings.tokenFile() + " or address: " + e, e));
    }
  }

  private void open(
      Target target, Function<Consumer<Ending>, ChannelHandler> stream, Consumer<Ending> ended) {
    AtomicReference<@Nullable Ending> why = new AtomicReference<>();
    Consumer<Ending> first = ending -> why.compareAndSet(null, ending);
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop)
            .channel(channel)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(settings.timing().open().toMillis() / 3))
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel ch) {
                    addHandlers(ch, target.token(), stream, first);
                  }
                })
            .connect(target.address());
    Channel ch = connecting.channel();
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            first.accept(new Ending.Failed(String.valueOf(done.cause().getMessage())));
          }
        });
    ch.closeFuture()
        .addListener(
            done -> {
              Ending ending = why.get();
              ended.accept(
                  ending != null ? ending : new Ending.Failed("the connection was closed"));
            });
  }

  private void addHandlers(
      Channel ch,
      String token,
      Function<Consumer<Ending>, ChannelHandler> stream,
      Consumer<Ending> ending) {
    SslHandler tls =
        trust.context().newHandler(ch.alloc(), settings.url().getHost(), settings.url().getPort());
    tls.setHandshakeTimeoutMillis(settings.timing().open().toMillis());
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token);
    UpgradeHandler upgrade =
        new UpgradeHandler(
            WebSocketClientHandshakerFactory.newHandshaker(
                settings.url(), WebSocketVersion.V13, null, false, headers, MAX_FRAME_BYTES),
            MAX_FRAME_BYTES,
            stream.apply(ending),
            ending);
    ch.pipeline()
        .addLast(tls, new HttpClientCodec(), new HttpObjectAggregator(MAX_RESPONSE_BYTES), upgrade);

    Future<?> deadline =
        loop.schedule(
            () -> {
              if (ch.pipeline().context(upgrade) != null) {
                ending.accept(new Ending.Failed("the operator did not answer in time"));
                var _ = ch.close();
              }
            },
            settings.timing().open().toMillis(),
            TimeUnit.MILLISECONDS);
    ch.closeFuture().addListener(done -> deadline.cancel(false));
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
