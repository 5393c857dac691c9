package dev.weir.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** The connections of one event loop to all providers. (NOT thread safe; event loop only.) */
public final class ProviderPools {
  private final EventLoop loop;
  private final ChannelFactory<? extends Channel> channels;
  private final Resolver resolver;
  private final ClientTls tls;
  private final LongSupplier nanoTime;
  private final Map<Endpoint, ProviderPool> pools = new HashMap<>();

  /** No connections yet; all will be on {@code loop}. */
  public ProviderPools(
      EventLoop loop,
      ChannelFactory<? extends Channel> channels,
      Resolver resolver,
      ClientTls tls,
      LongSupplier nanoTime) {
    this.loop = loop;
    this.channels = channels;
    this.resolver = resolver;
    this.tls = tls;
    this.nanoTime = nanoTime;
  }

  /**
   * Hands over a connection: at once when one is idle, else connected anew.
   *
   * @param within for the look-up of the name, the connection and the handshake together
   */
  public void acquire(Endpoint endpoint, Duration within, Waiter waiter) {
    pools
        .computeIfAbsent(
            endpoint, to -> new ProviderPool(loop, channels, to, resolver, tls, nanoTime))
        .acquire(within, waiter);
  }

  /** Closes what has been idle for too long; to be called a few times a second. */
  public void evict() {
    pools.values().forEach(ProviderPool::evict);
    pools.values().removeIf(ProviderPool::isUnused);
  }
}
