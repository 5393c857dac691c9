package dev.weir.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach an endpoint, by one of its addresses after the other. (NOT thread safe;
 * event loop only.)
 *
 * <pre>
 * RESOLVING --addresses--> TRYING --refused, no answer in its share of the time--> TRYING the next
 *                          TRYING --connected and, with TLS, shaken hands--> DONE (connected)
 * any --time is up, or no address left--> DONE (failed)
 * </pre>
 */
final class Connecting {
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final Endpoint endpoint;
  private final long deadlineNanos;
  private final Duration within;
  private final Waiter waiter;
  private final Future<?> deadline;
  private Iterator<InetAddress> addresses = List.<InetAddress>of().iterator();
  private @Nullable Channel channel;
  private boolean done;

  Connecting(
      EventLoop loop, Bootstrap bootstrap, Endpoint endpoint, Duration within, Waiter waiter) {
    this.loop = loop;
    this.bootstrap = bootstrap;
    this.endpoint = endpoint;
    this.within = within;
    this.waiter = waiter;
    this.deadlineNanos = System.nanoTime() + within.toNanos();
    this.deadline = loop.schedule(this::late, within.toNanos(), TimeUnit.NANOSECONDS);
  }

  void start(Resolver resolver) {
    var _ =
        resolver
            .resolve(endpoint.host())
            .whenCompleteAsync(
                (found, failure) -> {
                  if (failure == null) {
                    addresses = found.iterator();
                    next(new ConnectTimeoutException(endpoint.host() + " has no address"));
                  } else {
                    fail(
                        failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
                  }
                },
                loop);
  }

  private void next(Throwable why) {
    channel = null;
    if (done) {
      return;
    }
    long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
    if (!addresses.hasNext() || left <= 0) {
      fail(why);
      return;
    }
    InetSocketAddress address = new InetSocketAddress(addresses.next(), endpoint.port());
    // Else one address that swallows packets would use up the time of all.
    long share = addresses.hasNext() ? left / 2 : left;
    ChannelFuture connecting =
        bootstrap
            .clone()
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(Math.max(1, share)))
            .connect(address);
    channel = connecting.channel();
    connecting.addListener(
        connected -> {
          if (connected.isSuccess()) {
            shakeHands(connecting.channel(), left);
          } else {
            next(connected.cause());
          }
        });
  }

  private void shakeHands(Channel connected, long millis) {
    SslHandler tls = connected.pipeline().get(SslHandler.class);
    if (tls == null) {
      succeed(connected);
      return;
    }
    tls.setHandshakeTimeoutMillis(millis);
    tls.handshakeFuture()
        .addListener(
            shaken -> {
              if (shaken.isSuccess()) {
                succeed(connected);
              } else {
                var _ = connected.close();
                next(shaken.cause());
              }
            });
  }

  private void succeed(Channel connected) {
    UpstreamConnection connection = connected.pipeline().get(UpstreamConnection.class);
    if (done || connection == null) {
      var _ = connected.close();
      return;
    }
    done = true;
    deadline.cancel(false);
    waiter.connected(connection);
  }

  private void late() {
    fail(
        new ConnectTimeoutException(
            "no connection to " + endpoint.authority() + " within " + within.toMillis() + " ms"));
  }

  private void fail(Throwable cause) {
    if (done) {
      return;
    }
    done = true;
    deadline.cancel(false);
    if (channel != null) {
      var _ = channel.close();
    }
    waiter.failed(cause);
  }
}
