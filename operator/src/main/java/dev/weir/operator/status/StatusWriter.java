package dev.weir.operator.status;

import dev.weir.crds.v1alpha1.Condition;
import dev.weir.operator.world.Declared;
import dev.weir.operator.world.PolicyRef;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes statuses, and only those that differ. Thread-safe; {@link #offer} never blocks.
 *
 * <p>The newest offer of an object waits until its turn. What people wait for (conditions,
 * generations, targets) has its turn at once, at most 50 a second for the fleet. Mere usage shares
 * 10 a second, at most one per object and its interval; since the newest offer waits, the last
 * write after traffic stops holds the exact numbers.
 *
 * <p>Equality is judged against what the object has: the cached status, or what was written last if
 * the cache has not moved since.
 */
public final class StatusWriter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StatusWriter.class);

  /** One write of each lane per its period. */
  private static final Duration URGENT_PERIOD = Duration.ofMillis(20);

  private static final Duration USAGE_PERIOD = Duration.ofMillis(100);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final String READY = "Ready";

  /** Types whose transitions are worth an Event; Ready sums the others up. */
  private static final Set<String> ANNOUNCED =
      Set.of(
          "Accepted", "ResolvedRefs", "TrafficCaptured", "ProvidersReady", "StoreAvailable", READY);

  private record Pending(
      Declared<?, ?> object, Object status, boolean urgent, Duration minInterval) {}

  private record Written(String uid, String cachedVersion, Object status, long at) {}

  private final StatusClient client;
  private final Clock clock;
  private final Consumer<String> results;
  private final Map<PolicyRef, Pending> pending = new LinkedHashMap<>();
  private final Map<PolicyRef, Written> written = new HashMap<>();
  private final Map<PolicyRef, Long> notBefore = new HashMap<>();
  private long nextUsage = Long.MIN_VALUE;
  private @Nullable ScheduledExecutorService thread;

  /**
   * @param results told of each write: {@code applied}, {@code gone} or {@code failed}
   */
  public StatusWriter(
      KubernetesClient client, Clock clock, String instance, Consumer<String> results) {
    this(new KubernetesStatusClient(client, clock, instance), clock, results);
  }

  StatusWriter(StatusClient client, Clock clock, Consumer<String> results) {
    this.client = client;
    this.clock = clock;
    this.results = results;
  }

  /** Starts the writing thread. */
  public void start() {
    ScheduledExecutorService executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("weir-status-writer").daemon().factory());
    var _ =
        executor.scheduleAtFixedRate(
            this::tick, 0, URGENT_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    thread = executor;
  }

  /**
   * Wants the object to have this status.
   *
   * @param minInterval between two writes that change only usage
   */
  public synchronized <T> void offer(Declared<?, T> object, T status, Duration minInterval) {
    Object has = has(object);
    if (status.equals(has)) {
      pending.remove(object.ref());
      return;
    }
    boolean urgent = has == null || !Standing.of(status).equals(Standing.of(has));
    // put keeps the place in the queue of an entry that is there already.
    pending.put(object.ref(), new Pending(object, status, urgent, minInterval));
  }

  /** The newest status: offered, written or cached, in this order. Null if there is none. */
  @SuppressWarnings("unchecked") // an object's statuses are all of its type
  public synchronized <T> @Nullable T latest(Declared<?, T> object) {
    Pending waiting = pending.get(object.ref());
    if (waiting != null && waiting.object().uid().equals(object.uid())) {
      return (T) waiting.status();
    }
    return (T) has(object);
  }

  /** Whether we have said anything of this object; else its status is our predecessor's. */
  public synchronized boolean ours(Declared<?, ?> object) {
    Written last = written.get(object.ref());
    Pending waiting = pending.get(object.ref());
    return (last != null && last.uid().equals(object.uid()))
        || (waiting != null && waiting.object().uid().equals(object.uid()));
  }

  private @Nullable Object has(Declared<?, ?> object) {
    Written last = written.get(object.ref());
    return last != null
            && last.uid().equals(object.uid())
            && last.cachedVersion().equals(object.resourceVersion())
        ? last.status()
        : object.status();
  }

  /** Forgets objects that are gone. */
  public synchronized void retain(Set<PolicyRef> existing) {
    pending.keySet().retainAll(existing);
    written.keySet().retainAll(existing);
    notBefore.keySet().retainAll(existing);
  }

  /** How many offers wait. */
  public synchronized int waiting() {
    return pending.size();
  }

  /** Writes at most one urgent and one usage offer. */
  void tick() {
    long now = clock.millis();
    try {
      Pending urgent = take(true, now);
      if (urgent != null) {
        write(urgent, now);
      }
      Pending usage = take(false, now);
      if (usage != null) {
        write(usage, now);
      }
    } catch (RuntimeException e) {
      log.error("status writer: this should not happen", e);
    }
  }

  private synchronized @Nullable Pending take(boolean urgent, long now) {
    if (!urgent && now < nextUsage) {
      return null;
    }
    Iterator<Pending> queue = pending.values().iterator();
    while (queue.hasNext()) {
      Pending next = queue.next();
      PolicyRef ref = next.object().ref();
      Written last = written.get(ref);
      long quietUntil =
          urgent || last == null ? Long.MIN_VALUE : last.at() + next.minInterval().toMillis();
      if (next.urgent() == urgent
          && now >= quietUntil
          && now >= notBefore.getOrDefault(ref, Long.MIN_VALUE)) {
        queue.remove();
        if (!urgent) {
          nextUsage = now + USAGE_PERIOD.toMillis();
        }
        return next;
      }
    }
    return null;
  }

  private void write(Pending next, long now) {
    Declared<?, ?> object = next.object();
    PolicyRef ref = object.ref();
    Object before;
    synchronized (this) {
      before = has(object);
    }
    try {
      client.apply(ref, object.uid(), next.status());
    } catch (StatusClient.Gone e) {
      results.accept("gone");
      return;
    } catch (RuntimeException e) {
      results.accept("failed");
      log.warn("{}: status not written, trying again: {}", ref, reason(e));
      synchronized (this) {
        notBefore.put(ref, now + RETRY.toMillis());
        pending.putIfAbsent(ref, next);
      }
      return;
    }
    results.accept("applied");
    synchronized (this) {
      notBefore.remove(ref);
      written.put(ref, new Written(object.uid(), object.resourceVersion(), next.status(), now));
    }
    announce(object, before, next.status());
  }

  private void announce(Declared<?, ?> object, @Nullable Object before, Object after) {
    Map<String, String> old = new HashMap<>();
    Standing.conditions(before).forEach(c -> old.put(c.type(), c.status()));
    List<Condition> news =
        Standing.conditions(after).stream()
            .filter(c -> ANNOUNCED.contains(c.type()) && isNews(c, old.get(c.type())))
            .toList();
    // Ready has its reason and its message from a part that is not right: once is enough.
    Set<String> summedUp =
        news.stream()
            .filter(c -> c.type().equals(READY))
            .map(Condition::reason)
            .collect(Collectors.toSet());
    for (Condition condition : news) {
      if (condition.type().equals(READY) || !summedUp.contains(condition.reason())) {
        try {
          client.event(object.ref(), object.uid(), condition);
        } catch (RuntimeException e) {
          log.warn("{}: Event {} not written: {}", object.ref(), condition.type(), reason(e));
        }
      }
    }
  }

  /** That a fresh object's parts are right goes without saying. */
  private static boolean isNews(Condition condition, @Nullable String was) {
    return was == null
        ? condition.type().equals("Accepted") || condition.status().equals("False")
        : !was.equals(condition.status());
  }

  /** The API server's own words; the client's exception repeats them three times. */
  private static String reason(RuntimeException e) {
    return e instanceof KubernetesClientException answer && answer.getStatus() != null
        ? answer.getStatus().getMessage()
        : e.toString();
  }

  @Override
  public void close() {
    ScheduledExecutorService executor = thread;
    if (executor != null) {
      executor.close();
    }
  }
}
