package dev.weir.proxy.boot;

import dev.weir.proxy.config.RefusedException;
import dev.weir.proxy.exchange.ClientConnection;
import dev.weir.proxy.exchange.Loop;
import dev.weir.proxy.inbound.Full;
import dev.weir.proxy.inbound.Listener;
import dev.weir.proxy.inbound.Places;
import dev.weir.proxy.llm.LlmError;
import dev.weir.proxy.llm.LlmLoop;
import dev.weir.proxy.llm.LlmService;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The open port of a route. Thread-safe; {@link #open} and {@link #close} block. */
final class RouteListener {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final String route;
  private final boolean cluster;
  private final Map<Loop, LlmService> services;
  private final Listener listener;

  private RouteListener(
      String route, boolean cluster, Map<Loop, LlmService> services, Listener listener) {
    this.route = route;
    this.cluster = cluster;
    this.services = services;
    this.listener = listener;
  }

  /**
   * Binds the port.
   *
   * @param cluster whether on all addresses, else on loopback only
   * @throws RefusedException naming route and port, when it can't be bound
   */
  static RouteListener open(
      EventLoopGroup group,
      Class<? extends ServerChannel> type,
      Places places,
      Map<Loop, LlmLoop> loops,
      String route,
      int port,
      boolean cluster)
      throws RefusedException {
    Map<Loop, LlmService> services = new HashMap<>();
    Map<EventLoop, Loop> byThread = new HashMap<>();
    loops.forEach(
        (loop, calls) -> {
          services.put(loop, new LlmService(calls, port, route));
          byThread.put(loop.eventLoop(), loop);
        });
    InetSocketAddress address =
        cluster ? new InetSocketAddress(port) : new InetSocketAddress(LOOPBACK, port);
    try {
      Listener listener =
          Listener.bind(
              group,
              type,
              address,
              places,
              full(route),
              (client, decoder, encoder) -> {
                Loop loop = Objects.requireNonNull(byThread.get(client.eventLoop()));
                return new ClientConnection(
                    loop, Objects.requireNonNull(services.get(loop)), client, decoder, encoder);
              });
      return new RouteListener(route, cluster, services, listener);
    } catch (Exception e) {
      throw new RefusedException(
          "LlmRoute/"
              + route
              + " cannot listen on port "
              + port
              + " ("
              + e.getMessage()
              + "); choose a port that nothing in the pod listens on");
    }
  }

  private static Full full(String route) {
    LlmError error = LlmError.overloaded(route, "The sidecar has no room for one more connection.");
    return new Full("application/json", new String(error.body(), StandardCharsets.UTF_8));
  }

  /** The route that it was opened for. */
  String route() {
    return route;
  }

  boolean cluster() {
    return cluster;
  }

  /** Accepts no more; waits until the port is closed. Connections go on. */
  void close() {
    listener.close();
  }

  /** Lets each connection end with the exchange that it is at. */
  void drain() {
    services.forEach(
        (loop, service) -> {
          service.close();
          loop.drain(service);
        });
  }
}
