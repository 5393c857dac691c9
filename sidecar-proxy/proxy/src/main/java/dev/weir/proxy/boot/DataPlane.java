package dev.weir.proxy.boot;

import dev.weir.proxy.exchange.AppService;
import dev.weir.proxy.exchange.ClientConnection;
import dev.weir.proxy.exchange.Loop;
import dev.weir.proxy.exchange.Observer;
import dev.weir.proxy.exchange.Settings;
import dev.weir.proxy.inbound.Full;
import dev.weir.proxy.inbound.Listener;
import dev.weir.proxy.inbound.Places;
import dev.weir.proxy.policy.LivePolicy;
import dev.weir.proxy.upstream.Pool;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The listener for the application's clients, and what each event loop needs. Thread-safe. */
final class DataPlane {
  private final Map<EventExecutor, Loop> loops = new HashMap<>();
  private final Map<Loop, AppService> services = new HashMap<>();
  private final Listener listener;

  /**
   * Serves from now on.
   *
   * @param application where requests go
   * @throws Exception when the port cannot be bound
   */
  DataPlane(
      Transport transport,
      int port,
      Places places,
      InetSocketAddress application,
      LivePolicy policy,
      Observer observer,
      Settings settings)
      throws Exception {
    for (EventExecutor executor : transport.group()) {
      EventLoop eventLoop = (EventLoop) executor;
      Pool pool = new Pool(eventLoop, transport.clients(), application, System::nanoTime);
      Loop loop =
          new Loop(
              eventLoop, pool, policy, observer, settings, System::nanoTime, Clock.systemUTC());
      loop.start();
      loops.put(executor, loop);
      services.put(loop, new AppService(loop));
    }
    listener =
        Listener.bind(
            transport.group(),
            transport.server(),
            new InetSocketAddress(port),
            places,
            Full.PROBLEM,
            (client, decoder, encoder) -> {
              Loop loop = Objects.requireNonNull(loops.get(client.eventLoop()));
              return new ClientConnection(
                  loop, Objects.requireNonNull(services.get(loop)), client, decoder, encoder);
            });
  }

  /** One for each event loop. */
  Collection<Loop> loops() {
    return loops.values();
  }

  int port() {
    return listener.port();
  }

  /** Each connection ends with the response that it is at; new ones with their first. */
  void drain() {
    loops.values().forEach(Loop::drain);
  }

  void close() {
    listener.close();
  }
}
