package dev.weir.limits;

import io.lettuce.core.RedisReadOnlyException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counters in Redis, shared by all stores of one namespace. Thread-safe; only {@link #close} waits.
 *
 * <p>At most one script call is in flight; decisions that come meanwhile go together in the next
 * one, each decided on its own. So when a call is sent, what this holder used is known, and the
 * call says it in absolute numbers: whatever became of earlier calls is put right by it. What is
 * settled goes with the next call too, and with each one after it until one is answered.
 *
 * <pre>
 *            answered                       no answer in time, error, disconnected
 *   DOWN ----------------> UP (idle or one call in flight) ------------------------> DOWN
 *    | probe every 0.1 to 0.5 s; decisions end by their failure action at once
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // completions are handled by the callback given
public final class RedisStore implements Store {

  private static final Logger log = LoggerFactory.getLogger(RedisStore.class);
  private static final int MAX_QUEUED = 4096;

  /** So long a closed store tells what was settled; closing its connection may take as long. */
  private static final long LAST_WORDS_MILLIS = 2_000;

  private static final long IDLE_CHECK_MILLIS = 2_000;
  private static final int TIMEOUT_SLICES = 5;

  /** So long a connection may stay without an answer before a new one is tried. */
  private static final long DROP_AFTER_MICROS = 3_000_000;

  private final KeyNames names;
  private final String holder = KeyNames.newHolder();
  private final long timeoutMicros;
  private final RedisLink link;
  private final StoreClock clock;
  private final LongSupplier monotonicMicros;
  private final CompletableFuture<Void> firstAnswer = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  // Guarded by this.
  private final Deque<PendingDecision> queue = new ArrayDeque<>();
  private final Holdings holdings;
  private final Backoff backoff = new Backoff();
  private @Nullable Call inFlight;
  private @Nullable Call unanswered;
  private @Nullable Future<?> timeout;
  private @Nullable Future<?> tick;
  private long sequence;
  private long incarnation;
  private boolean up;
  private boolean closed;
  private boolean callSinceTick;
  private long heardMicros;
  private @Nullable String error = "no answer yet";

  private RedisStore(RedisStoreBuilder builder) {
    this.names = new KeyNames(builder.namespace);
    this.timeoutMicros = TimeUnit.NANOSECONDS.toMicros(builder.timeout.toNanos());
    this.monotonicMicros = () -> System.nanoTime() / 1000;
    this.clock = new StoreClock(builder.wallMicros, monotonicMicros);
    this.holdings = new Holdings(builder.maxHoldings);
    this.link = new RedisLink(builder.url, builder.eventLoops, this::disconnected);
  }

  /**
   * A store for one namespace.
   *
   * @param url {@code redis://}, {@code rediss://} or {@code redis-sentinel://}
   * @param namespace the partition, not empty
   */
  public static RedisStoreBuilder builder(String url, String namespace) {
    return new RedisStoreBuilder(url, namespace);
  }

  static RedisStore open(RedisStoreBuilder builder) {
    RedisStore store = new RedisStore(builder);
    store.scheduleTick(0);
    return store;
  }

  /** Completes when Redis answered one call: from then on decisions can be good ones. */
  public CompletableFuture<Void> warmUp() {
    return firstAnswer.copy();
  }

  @Override
  public void settle(List<Charge> charges) {
    List<Charge> checked = Charges.checked(charges);
    Effects effects = new Effects();
    synchronized (this) {
      if (ended.isDone()) {
        log.warn("The store is closed: {} charges settled after that are lost", charges.size());
        return;
      }
      holdings.settle(checked, clock.nowMicros());
      if (up) {
        sendNext(effects);
      }
    }
    effects.run();
  }

  @Override
  public Decision decide(List<Charge> charges) {
    PendingDecision decision = new PendingDecision(Charges.checked(charges));
    Effects effects = new Effects();
    synchronized (this) {
      if (!up || closed || queue.size() >= MAX_QUEUED) {
        fail(decision, effects);
      } else {
        queue.add(decision);
        sendNext(effects);
      }
    }
    effects.run();
    return decision;
  }

  @Override
  public synchronized Health health() {
    return new Health(true, up, up ? null : error);
  }

  /** The counters that wait to be put right in Redis; for tests. */
  synchronized boolean settled() {
    return up && inFlight == null && !holdings.anyDirty();
  }

  // All below: called with the lock held, but for the entry points of tasks and replies.

  private void fail(PendingDecision decision, Effects effects) {
    Outcome outcome = Charges.onFailure(decision.charges());
    if (outcome.passes() && !closed) {
      holdings.letPass(decision.charges(), clock.nowMicros());
    }
    effects.add(() -> decision.decided(outcome));
  }

  private void sendNext(Effects effects) {
    if (inFlight != null || ended.isDone() || (queue.isEmpty() && !holdings.anyDirty())) {
      return;
    }
    send(newCall(), effects);
  }

  private Call newCall() {
    return Call.of(++sequence, unanswered, queue, holdings, clock.nowMicros());
  }

  private void send(Call call, Effects effects) {
    inFlight = call;
    callSinceTick = true;
    List<String> keys = call.keys(names, holder);
    List<String> arguments = call.arguments(names, holder, clock.nowMicros());
    timeout = afterSlice(call, 1);
    effects.add(
        () ->
            link.eval(Script.DECIDE, keys, arguments, () -> isInFlight(call))
                .whenComplete((reply, failure) -> answered(call, reply, failure)));
  }

  private synchronized boolean isInFlight(Call call) {
    return inFlight == call;
  }

  private void answered(Call call, @Nullable Reply reply, @Nullable Throwable failure) {
    Effects effects = new Effects();
    synchronized (this) {
      if (reply != null) {
        heardMicros = monotonicMicros.getAsLong();
      }
      if (inFlight != call) {
        if (reply != null && !up) {
          scheduleTick(0); // too late for its decisions, but Redis lives
        }
      } else if (reply == null) {
        failed(failure == null ? "no reply" : link.describe(failure), effects);
        if (failure != null && RedisLink.causeOf(failure) instanceof RedisReadOnlyException) {
          link.drop(); // a failover: the next connection finds the new primary
        }
      } else if (reply.otherTime()) {
        askAgain(call, reply, effects);
      } else if (reply.late()) {
        failed("sequence " + sequence + " was seen before", effects);
      } else {
        succeeded(call, reply, effects);
      }
    }
    effects.run();
  }

  /** The clocks differed by more than a period; the reply tells the store's time. */
  private void askAgain(Call call, Reply reply, Effects effects) {
    clock.answered(reply.nowMicros());
    if (call.askedAgain()) {
      failed("its clock jumps: it now says " + reply.nowMicros() + " µs", effects);
      return;
    }
    call.again(++sequence);
    cancel(timeout);
    send(call, effects);
  }

  private void succeeded(Call call, Reply reply, Effects effects) {
    cancel(timeout);
    inFlight = null;
    unanswered = null;
    clock.answered(reply.nowMicros());
    long answeredIncarnation = reply.next();
    if (answeredIncarnation != incarnation) {
      incarnation = answeredIncarnation;
      holdings.markAllDirty(reply.nowMicros());
    }
    List<Outcome> outcomes = call.answered(reply, holdings);
    for (int i = 0; i < outcomes.size(); i++) {
      PendingDecision decision = call.decisions().get(i);
      Outcome outcome = outcomes.get(i);
      effects.add(() -> decision.decided(outcome));
    }
    backoff.reset();
    if (!up) {
      up = true;
      error = null;
      effects.add(() -> firstAnswer.complete(null));
      scheduleTick(IDLE_CHECK_MILLIS);
    }
    if (closed && !holdings.anySettling()) {
      end(effects);
    }
    sendNext(effects);
  }

  /**
   * The time-out is counted in slices: a stall of this process uses up one of them, and leaves time
   * to read the answer that came meanwhile.
   */
  private Future<?> afterSlice(Call call, int slice) {
    return link.scheduler()
        .schedule(
            () -> sliceOver(call, slice), timeoutMicros / TIMEOUT_SLICES, TimeUnit.MICROSECONDS);
  }

  private void sliceOver(Call call, int slice) {
    if (slice == TIMEOUT_SLICES) {
      timedOut(call);
      return;
    }
    synchronized (this) {
      if (inFlight == call) {
        timeout = afterSlice(call, slice + 1);
      }
    }
  }

  private void timedOut(Call call) {
    Effects effects = new Effects();
    synchronized (this) {
      if (inFlight == call) {
        if (monotonicMicros.getAsLong() - heardMicros > DROP_AFTER_MICROS) {
          link.drop();
        }
        failed("no answer within " + timeoutMicros / 1000 + " ms", effects);
      }
    }
    effects.run();
  }

  /** The call is given up; its holdings stay dirty, so that a later call puts them right. */
  private void failed(String why, Effects effects) {
    cancel(timeout);
    Call call = inFlight;
    inFlight = null;
    error = why;
    if (call != null) {
      unanswered = call.settles() ? call : null;
      call.decisions().forEach(decision -> fail(decision, effects));
    }
    queue.forEach(decision -> fail(decision, effects));
    queue.clear();
    up = false;
    scheduleTick(backoff.nextMillis());
  }

  private void disconnected() {
    Effects effects = new Effects();
    synchronized (this) {
      failed("the connection was closed", effects);
    }
    effects.run();
  }

  private synchronized void scheduleTick(long delayMillis) {
    cancel(tick);
    if (!ended.isDone()) {
      tick = link.scheduler().schedule(this::tick, delayMillis, TimeUnit.MILLISECONDS);
    }
  }

  private static void cancel(@Nullable Future<?> task) {
    if (task != null) {
      task.cancel(false);
    }
  }

  /** Connects where there is no connection, else asks whether Redis answers. */
  private void tick() {
    Effects effects = new Effects();
    synchronized (this) {
      if (ended.isDone()) {
        return;
      }
      if (!link.connected()) {
        effects.add(() -> link.connect().whenComplete((done, failure) -> connected(failure)));
      } else {
        holdings.sweep(clock.nowMicros());
        if (inFlight == null && (!up || !callSinceTick)) {
          send(newCall(), effects);
        }
        callSinceTick = false;
        scheduleTick(IDLE_CHECK_MILLIS);
      }
    }
    effects.run();
  }

  private void connected(@Nullable Throwable failure) {
    Effects effects = new Effects();
    synchronized (this) {
      if (failure != null) {
        failed(link.describe(failure), effects);
      } else {
        heardMicros = monotonicMicros.getAsLong();
        // Redis may have been started anew with less than it had.
        holdings.markAllDirty(clock.nowMicros());
        scheduleTick(0);
      }
    }
    effects.run();
  }

  /**
   * Decisions that wait end by their failure action; what they were is charged no more. What is
   * settled is told for up to 2 s, and a caller that is not on the store's event loops waits.
   */
  @Override
  public void close() {
    Effects effects = new Effects();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      boolean lastWords = holdings.anySettling();
      if (!lastWords) {
        end(effects);
      }
      failed("the store was closed", effects);
      if (lastWords) {
        scheduleTick(0);
        link.scheduler().schedule(this::giveUp, LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
    effects.run();
    if (!link.onLoop()) {
      // A bound of its own: event loops that are shut down run nothing any more.
      ended.copy().completeOnTimeout(null, 2 * LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS).join();
    }
  }

  private void giveUp() {
    Effects effects = new Effects();
    synchronized (this) {
      if (!ended.isDone()) {
        log.warn("The store is closed, and what was settled last may be lost: {}", error);
        end(effects);
      }
    }
    effects.run();
  }

  private void end(Effects effects) {
    cancel(tick);
    cancel(timeout);
    ended.complete(null);
    effects.add(link::close);
  }
}
