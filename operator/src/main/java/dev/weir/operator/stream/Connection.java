package dev.weir.operator.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.FromOperator.Update;
import dev.weir.protocol.FromSidecar;
import dev.weir.protocol.FromSidecar.Hello;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One sidecar's connection. Thread-safe.
 *
 * <pre>
 * connected --Hello--> greeted: offers are sent, one in flight, the newest one waiting
 *     any --close--> closed
 * </pre>
 */
final class Connection {

  private static final int REMEMBERED = 16;

  final Caller.Known caller;
  final WorkloadRef workload;
  private final Wire wire;
  private final ObjectWriter writer;
  private final Executor executor;

  private final Object lock = new Object();
  private final Map<String, String> sent =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > REMEMBERED;
        }
      };
  private @Nullable Sidecar sidecar;
  private Instant lastHeard;
  private @Nullable Offer told;
  private @Nullable Offer waiting;
  private boolean sending;
  private long nonce;

  Connection(
      Caller.Known caller,
      WorkloadRef workload,
      Wire wire,
      ObjectWriter writer,
      Executor executor,
      Instant now) {
    this.caller = caller;
    this.workload = workload;
    this.wire = wire;
    this.writer = writer;
    this.executor = executor;
    this.lastHeard = now;
  }

  /** Null before it said Hello. */
  @Nullable Sidecar sidecar() {
    synchronized (lock) {
      return sidecar;
    }
  }

  Instant lastHeard() {
    synchronized (lock) {
      return lastHeard;
    }
  }

  void close(CloseCode why) {
    wire.close(why);
  }

  /** Returns false when the frame has no place here. */
  boolean heard(FromSidecar frame, Instant now) {
    synchronized (lock) {
      lastHeard = now;
      Sidecar known = sidecar;
      if (known == null) {
        if (frame instanceof Hello hello) {
          sidecar =
              new Sidecar(
                  caller.pod(),
                  hello.incarnation(),
                  hello.version(),
                  now,
                  null,
                  null,
                  null,
                  List.of(),
                  List.of());
          return true;
        }
        return false;
      }
      Sidecar next =
          switch (frame) {
            case Hello ignored -> null;
            case FromSidecar.Ack ack -> acked(known, ack, now);
            case FromSidecar.Nack nack -> nacked(known, nack, now);
            case FromSidecar.Report report ->
                with(known, now, known.acked(), known.refusal(), report);
          };
      if (next != null) {
        sidecar = next;
      }
      return next != null;
    }
  }

  /** Sends it unless the sidecar was told the same already; replaces what waits. */
  void offer(Offer offer) {
    synchronized (lock) {
      if (offer.equals(told)) {
        waiting = null;
        return;
      }
      waiting = offer;
      if (sidecar == null || sending) {
        return;
      }
      sending = true;
    }
    executor.execute(this::sendNext);
  }

  /** Starts sending what was offered before the Hello. */
  void greeted() {
    synchronized (lock) {
      if (waiting == null || sending) {
        return;
      }
      sending = true;
    }
    executor.execute(this::sendNext);
  }

  private void sendNext() {
    Update update;
    synchronized (lock) {
      Offer next = waiting;
      if (next == null) {
        sending = false;
        return;
      }
      waiting = null;
      told = next;
      String fresh = Long.toString(++nonce);
      sent.put(fresh, next.workload().revision());
      update =
          new Update(
              next.workload().revision(),
              fresh,
              next.workload().snapshot(),
              next.workload().secrets(),
              next.ca());
    }
    String text;
    try {
      text = writer.writeValueAsString(update);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A snapshot is always JSON", e);
    }
    wire.send(
        text,
        ok -> {
          if (ok) {
            executor.execute(this::sendNext);
          } else {
            close(CloseCode.FAILED);
          }
        });
  }

  private Sidecar acked(Sidecar known, FromSidecar.Ack ack, Instant now) {
    if (!ack.revision().equals(sent.get(ack.nonce()))) {
      return with(known, now, known.acked(), known.refusal(), null);
    }
    return with(known, now, ack.revision(), isNewest(ack.nonce()) ? null : known.refusal(), null);
  }

  private Sidecar nacked(Sidecar known, FromSidecar.Nack nack, Instant now) {
    boolean counts = isNewest(nack.nonce()) && nack.revision().equals(sent.get(nack.nonce()));
    return with(known, now, known.acked(), counts ? nack.error() : known.refusal(), null);
  }

  private boolean isNewest(String acknowledged) {
    return acknowledged.equals(Long.toString(nonce));
  }

  private static Sidecar with(
      Sidecar known,
      Instant now,
      @Nullable String acked,
      @Nullable String refusal,
      FromSidecar.@Nullable Report report) {
    return new Sidecar(
        known.pod(),
        known.incarnation(),
        known.version(),
        now,
        acked,
        refusal,
        report == null ? known.store() : report.store(),
        report == null ? known.counts() : List.copyOf(report.limits()),
        report == null ? known.providers() : providers(report));
  }

  /** A sidecar that was injected before there were routes does not say it. */
  @SuppressWarnings("RedundantNullCheck") // an absent member of JSON is null
  private static List<FromSidecar.ProviderHealth> providers(FromSidecar.Report report) {
    return report.providers() == null ? List.of() : List.copyOf(report.providers());
  }
}
