package dev.weir.operator.usage;

import dev.weir.operator.stream.Sidecar;
import dev.weir.operator.world.PodRef;
import dev.weir.protocol.FromSidecar.LimitCount;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many requests each limit allowed and rejected, over all sidecars that ever were. Thread-safe.
 *
 * <p>Sidecars report cumulative counts per incarnation, so a report that is lost or comes twice
 * changes nothing. The totals themselves live in the object's status: a new operator goes on from
 * there. It cannot know how much of a running sidecar's count its predecessor had added already, so
 * it takes the first report of a sidecar that is older than itself as the baseline. What such a
 * sidecar counted between the predecessor's last status write and that first report is lost; that
 * is the known gap.
 */
public final class LimitTotals {

  /** Totals of one limit. */
  public record Count(long allowed, long limited) {

    static final Count ZERO = new Count(0, 0);

    Count plus(Count other) {
      return new Count(allowed + other.allowed, limited + other.limited);
    }
  }

  private record LimitKey(String namespace, String policy, String limit) {}

  private record Seen(String incarnation, Map<LimitKey, Count> counts) {}

  private record Base(String uid, Map<String, Count> counts) {}

  private final Instant since;
  private final Map<PodRef, Seen> seen = new HashMap<>();
  private final Map<LimitKey, Count> added = new HashMap<>();
  private final Map<String, Base> bases = new HashMap<>();

  /**
   * @param since when this operator began to listen
   */
  public LimitTotals(Instant since) {
    this.since = since;
  }

  /**
   * Adds what is new in a sidecar's counts.
   *
   * @param started when the sidecar's container started; null if that is not known yet, which makes
   *     it a new one
   * @return keys ({@code Kind/name}) of the policies whose counts moved
   */
  public synchronized Set<String> observe(Sidecar sidecar, @Nullable Instant started) {
    if (sidecar.counts().isEmpty()) {
      return Set.of();
    }
    Map<LimitKey, Count> now = new HashMap<>();
    for (LimitCount count : sidecar.counts()) {
      now.put(
          new LimitKey(sidecar.pod().namespace(), count.policy(), count.limit()),
          new Count(count.allowed(), count.limited()));
    }
    Seen before = seen.get(sidecar.pod());
    boolean same = before != null && before.incarnation().equals(sidecar.incarnation());
    boolean younger = before != null || started == null || !started.isBefore(since);
    if (!same && !younger) {
      seen.put(sidecar.pod(), new Seen(sidecar.incarnation(), now));
      return Set.of();
    }
    Map<LimitKey, Count> last =
        before != null && same ? new HashMap<>(before.counts()) : new HashMap<>();
    Set<String> moved = new HashSet<>();
    now.forEach(
        (key, count) -> {
          Count old = last.getOrDefault(key, Count.ZERO);
          long allowed = Math.max(0, count.allowed() - old.allowed());
          long limited = Math.max(0, count.limited() - old.limited());
          if (allowed + limited > 0) {
            added.merge(key, new Count(allowed, limited), Count::plus);
            moved.add(key.policy());
          }
          last.put(
              key,
              new Count(
                  Math.max(count.allowed(), old.allowed()),
                  Math.max(count.limited(), old.limited())));
        });
    seen.put(sidecar.pod(), new Seen(sidecar.incarnation(), last));
    return moved;
  }

  /**
   * The totals of some limits of one policy.
   *
   * @param policy {@code Kind/name}
   * @param uid of the object; a new object of an old name counts from 0
   * @param inStatus totals that its status has now; read once for each object
   */
  public synchronized Map<String, Count> of(
      String namespace,
      String policy,
      String uid,
      Map<String, Count> inStatus,
      List<String> limits) {
    String owner = namespace + "/" + policy;
    Base base = bases.get(owner);
    if (base == null || !base.uid().equals(uid)) {
      if (base != null) {
        added
            .keySet()
            .removeIf(key -> key.namespace().equals(namespace) && key.policy().equals(policy));
      }
      base = new Base(uid, Map.copyOf(inStatus));
      bases.put(owner, base);
    }
    Map<String, Count> totals = new HashMap<>();
    for (String limit : limits) {
      totals.put(
          limit,
          base.counts()
              .getOrDefault(limit, Count.ZERO)
              .plus(added.getOrDefault(new LimitKey(namespace, policy, limit), Count.ZERO)));
    }
    return totals;
  }

  /** Forgets the sidecars of pods that are gone; what they counted stays counted. */
  public synchronized void retain(Collection<PodRef> pods) {
    seen.keySet().retainAll(pods);
  }
}
