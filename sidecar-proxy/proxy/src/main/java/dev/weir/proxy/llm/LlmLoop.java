package dev.weir.proxy.llm;

import dev.weir.proxy.identity.KeyDigest;
import dev.weir.proxy.policy.LivePolicy;
import dev.weir.proxy.upstream.ProviderPools;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** What the calls of one event loop share. (NOT thread safe; event loop only.) */
public final class LlmLoop {
  final EventLoop eventLoop;
  final ProviderPools pools;
  final LivePolicy policy;
  final Providers providers;
  final CallObserver observer;
  final BodyRoom room;
  final LlmSettings settings;
  final LongSupplier nanoTime;
  final Clock clock;
  final KeyDigest digest = new KeyDigest();
  private final Set<ProviderCall> calls = new HashSet<>();
  private int drains;

  /** Shared state for one event loop, which the pools must be of as well. */
  public LlmLoop(
      EventLoop eventLoop,
      ProviderPools pools,
      LivePolicy policy,
      Providers providers,
      CallObserver observer,
      BodyRoom room,
      LlmSettings settings,
      LongSupplier nanoTime,
      Clock clock) {
    this.eventLoop = eventLoop;
    this.pools = pools;
    this.policy = policy;
    this.providers = providers;
    this.observer = observer;
    this.room = room;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /** The thread of all this. */
  public EventLoop eventLoop() {
    return eventLoop;
  }

  void began(ProviderCall call) {
    calls.add(call);
    observer.calls(1);
  }

  void ended(ProviderCall call) {
    if (calls.remove(call)) {
      observer.calls(-1);
    }
  }

  /** Whether one more answer may be read on without a client. */
  boolean beginDrain() {
    if (drains >= settings.maxDrains()) {
      return false;
    }
    drains++;
    observer.drains(1);
    return true;
  }

  void endDrain() {
    drains--;
    observer.drains(-1);
  }

  /** Ends what takes too long; to be called a few times a second. */
  public void sweep(long now) {
    if (!calls.isEmpty()) {
      List.copyOf(calls).forEach(call -> call.sweep(now));
    }
    pools.evict();
  }

  /** Settles and ends all calls, as nothing goes on here. */
  public void stop() {
    List.copyOf(calls).forEach(ProviderCall::stop);
  }
}
