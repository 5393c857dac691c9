package dev.weir.proxy.boot;

import dev.weir.protocol.FromOperator;
import dev.weir.protocol.Snapshot;
import dev.weir.proxy.config.Applier;
import dev.weir.proxy.config.RefusedException;
import dev.weir.proxy.exchange.Loop;
import dev.weir.proxy.inbound.Places;
import dev.weir.proxy.llm.BodyRoom;
import dev.weir.proxy.llm.CallObserver;
import dev.weir.proxy.llm.LlmLoop;
import dev.weir.proxy.llm.LlmSettings;
import dev.weir.proxy.llm.Providers;
import dev.weir.proxy.policy.LivePolicy;
import dev.weir.proxy.upstream.ClientTls;
import dev.weir.proxy.upstream.Endpoint;
import dev.weir.proxy.upstream.ProviderPools;
import dev.weir.proxy.upstream.Resolver;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts snapshots in force together with the listeners of their routes: what is new is bound before
 * the rules change, so that a snapshot whose port is taken is refused as a whole; what is gone is
 * closed after. Thread-safe; never for event loops, since it waits for them.
 */
final class Gateway implements Applier {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  /** Requests are read whole, and the heap is 32 MiB: what they may hold of it, all together. */
  private static final long BODY_ROOM = 8 << 20;

  private final Transport transport;
  private final Places places;
  private final LivePolicy policy;
  private final Providers providers;
  private final ClientTls tls;
  private final Map<Loop, LlmLoop> loops = new HashMap<>();
  private Map<Integer, RouteListener> open = Map.of();
  private boolean closed;

  /** No listeners yet. */
  Gateway(
      Transport transport,
      Collection<Loop> loops,
      Places places,
      LivePolicy policy,
      Providers providers,
      Resolver resolver,
      ClientTls tls,
      CallObserver observer,
      LlmSettings settings) {
    this.transport = transport;
    this.places = places;
    this.policy = policy;
    this.providers = providers;
    this.tls = tls;
    BodyRoom room = new BodyRoom(BODY_ROOM);
    for (Loop loop : loops) {
      LlmLoop calls =
          new LlmLoop(
              loop.eventLoop(),
              new ProviderPools(
                  loop.eventLoop(), transport.clients(), resolver, tls, System::nanoTime),
              policy,
              providers,
              observer,
              room,
              settings,
              System::nanoTime,
              Clock.systemUTC());
      this.loops.put(loop, calls);
      loop.eventLoop().execute(() -> loop.alsoSweep(calls::sweep));
    }
  }

  @Override
  public synchronized void apply(FromOperator.Update update) throws RefusedException {
    List<Snapshot.Route> routes = closed ? List.of() : update.snapshot().routes();
    checkProviders(routes);
    Map<Integer, RouteListener> next = new HashMap<>();
    Map<Integer, RouteListener> replaced = new HashMap<>();
    boolean done = false;
    try {
      for (Snapshot.Route route : routes) {
        RouteListener before = open.get(route.port());
        if (before != null && before.cluster() != route.cluster()) {
          // Both addresses together would be one too many on this port.
          before.close();
          replaced.put(route.port(), before);
          before = null;
        }
        next.put(
            route.port(),
            before == null ? bind(route.name(), route.port(), route.cluster()) : before);
      }
      policy.apply(update);
      done = true;
    } finally {
      if (!done) {
        undo(next, replaced);
      }
    }
    replaced.values().forEach(RouteListener::drain);
    open.forEach(
        (port, listener) -> {
          if (!next.containsKey(port)) {
            listener.close();
            listener.drain();
          }
        });
    open = next;
    providers.keep(routes);
  }

  private void checkProviders(List<Snapshot.Route> routes) throws RefusedException {
    for (Snapshot.Route route : routes) {
      for (Snapshot.Provider provider : route.providers()) {
        try {
          if (Endpoint.of(provider.baseUrl()).tls()) {
            tls.prepare();
          }
        } catch (IllegalArgumentException | IllegalStateException e) {
          throw new RefusedException(
              "LlmRoute/"
                  + route.name()
                  + " cannot call its provider "
                  + provider.name()
                  + ": "
                  + e.getMessage());
        }
      }
    }
  }

  private RouteListener bind(String route, int port, boolean cluster) throws RefusedException {
    return RouteListener.open(
        transport.group(), transport.server(), places, loops, route, port, cluster);
  }

  /** The rules from before are in force, and so must be their listeners. */
  private void undo(Map<Integer, RouteListener> next, Map<Integer, RouteListener> replaced) {
    next.forEach(
        (port, listener) -> {
          if (open.get(port) != listener) {
            listener.close();
            listener.drain();
          }
        });
    Map<Integer, RouteListener> restored = new HashMap<>(open);
    replaced.forEach(
        (port, before) -> {
          before.drain();
          restored.remove(port);
          try {
            restored.put(port, bind(before.route(), port, before.cluster()));
          } catch (RefusedException e) {
            log.error("The listener of a route is lost: {}", e.getMessage());
          }
        });
    open = restored;
  }

  /** Accepts no more clients on any route, for good. */
  synchronized void close() {
    closed = true;
    open.values().forEach(RouteListener::close);
    open = Map.of();
  }

  /** Settles and ends the calls that are still at it; waits for that. */
  void endCalls(long millis) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(loops.size());
    loops
        .values()
        .forEach(
            calls ->
                calls
                    .eventLoop()
                    .execute(
                        () -> {
                          calls.stop();
                          ended.countDown();
                        }));
    var _ = ended.await(millis, TimeUnit.MILLISECONDS);
  }
}
