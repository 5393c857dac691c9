package dev.weir.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Reads the indexes that {@link RedisStore}s keep, of any namespace, over one connection that is
 * made when needed. Thread-safe; never blocks.
 */
public final class RedisUsageReader implements UsageReader {

  private final RedisLink link;
  private final long timeoutMillis;
  private final StoreClock clock;

  /**
   * Connects with the first reading.
   *
   * @param url as for {@link RedisStore#builder}
   * @param timeout for one reading, connecting included
   */
  public RedisUsageReader(String url, Duration timeout) {
    this(url, timeout, () -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
  }

  RedisUsageReader(String url, Duration timeout, LongSupplier wallMicros) {
    this.link = new RedisLink(url, null, () -> {});
    this.timeoutMillis = timeout.toMillis();
    this.clock = new StoreClock(wallMicros, () -> System.nanoTime() / 1000);
  }

  @Override
  public CompletableFuture<Usage> read(String namespace, Counter counter, int top) {
    if (!counter.indexed() || !(counter.spec() instanceof LimitSpec.CalendarWindow)) {
      throw new IllegalArgumentException(
          "counter " + counter.id() + " has no index: only calendar windows marked indexed have");
    }
    if (top < 0) {
      throw new IllegalArgumentException("top must be at least 0, not " + top);
    }
    String key = new KeyNames(namespace).index(counter.id());
    return link.connect()
        .thenCompose(connected -> ask(key, counter, top))
        .thenCompose(
            reply ->
                reply.otherTime()
                    ? ask(key, counter, top)
                    : CompletableFuture.completedFuture(reply))
        .thenApply(RedisUsageReader::usage)
        .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    new IllegalStateException(
                        "usage of "
                            + counter.id()
                            + " in namespace "
                            + namespace
                            + " can't be read: "
                            + link.describe(failure))));
  }

  private CompletableFuture<Reply> ask(String key, Counter counter, int top) {
    Periods periods;
    synchronized (clock) {
      periods = Periods.of(counter.spec(), clock.nowMicros());
    }
    List<String> arguments =
        List.of(
            Long.toString(periods.previousStart()),
            Long.toString(periods.start()),
            Long.toString(periods.end()),
            Long.toString(periods.nextEnd()),
            Long.toString(counter.spec().limit()),
            Integer.toString(top));
    return link.eval(Script.USAGE, List.of(key), arguments, () -> true)
        .thenApply(
            reply -> {
              synchronized (clock) {
                clock.answered(reply.nowMicros());
              }
              return reply;
            });
  }

  private static Usage usage(Reply reply) {
    if (reply.otherTime()) {
      throw new IllegalStateException("the clock of Redis jumps");
    }
    long start = reply.next();
    long end = reply.next();
    long used = reply.next();
    long subjects = reply.next();
    long exhausted = reply.next();
    List<SubjectUsage> top = new ArrayList<>();
    while (reply.hasNext()) {
      top.add(new SubjectUsage(reply.nextText(), reply.next()));
    }
    return new Usage(used, subjects, exhausted, List.copyOf(top), start / 1000, end / 1000);
  }

  @Override
  public void close() {
    link.close();
  }
}
