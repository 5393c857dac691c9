package dev.weir.limits;

import io.lettuce.core.event.Event;
import io.lettuce.core.event.EventBus;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.Transports;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** What lettuce runs on: one event loop for everything, no metrics, no events, no extra threads. */
final class LeanResources {

  private LeanResources() {}

  /** One thread of the kind that lettuce picks for its channels. */
  static EventLoopGroup ownEventLoop() {
    return new DefaultEventLoopGroupProvider(1).allocate(Transports.eventLoopGroupClass());
  }

  static ClientResources on(EventLoopGroup loops) {
    return DefaultClientResources.builder()
        .eventLoopGroupProvider(new Shared(loops))
        .eventExecutorGroup(loops)
        .timer(new LoopTimer(loops))
        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
        .eventBus(new NoEvents())
        .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
        .build();
  }

  private record Shared(EventLoopGroup loops) implements EventLoopGroupProvider {
    @Override
    @SuppressWarnings("unchecked") // lettuce wants its own type, and uses it as an EventLoopGroup
    public <T extends EventLoopGroup> T allocate(Class<T> type) {
      return (T) loops;
    }

    @Override
    public int threadPoolSize() {
      return 1;
    }

    @Override
    public Future<Boolean> release(
        EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
      return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
    }

    @Override
    public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
      return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
    }
  }

  private static final class NoEvents implements EventBus {
    @Override
    public Flux<Event> get() {
      return Flux.never();
    }

    @Override
    public void publish(Event event) {}
  }

  private record LoopTimer(EventLoopGroup loops) implements Timer {
    @Override
    public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
      LoopTimeout timeout = new LoopTimeout(this, task);
      timeout.scheduled = loops.schedule(timeout, delay, unit);
      return timeout;
    }

    @Override
    public Set<Timeout> stop() {
      return Set.of();
    }
  }

  private static final class LoopTimeout implements Timeout, Runnable {
    private final Timer timer;
    private final TimerTask task;
    private volatile @Nullable ScheduledFuture<?> scheduled;
    private volatile boolean expired;

    LoopTimeout(Timer timer, TimerTask task) {
      this.timer = timer;
      this.task = task;
    }

    @Override
    public void run() {
      expired = true;
      try {
        task.run(this);
      } catch (Exception e) {
        throw new IllegalStateException("a timer task of the Redis client failed", e);
      }
    }

    @Override
    public Timer timer() {
      return timer;
    }

    @Override
    public TimerTask task() {
      return task;
    }

    @Override
    public boolean isExpired() {
      return expired;
    }

    @Override
    public boolean isCancelled() {
      ScheduledFuture<?> future = scheduled;
      return future != null && future.isCancelled();
    }

    @Override
    public boolean cancel() {
      ScheduledFuture<?> future = scheduled;
      return future != null && future.cancel(false);
    }
  }
}
