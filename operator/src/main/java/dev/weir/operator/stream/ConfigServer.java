package dev.weir.operator.stream;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.operator.compile.CompiledWorkload;
import dev.weir.operator.compile.SnapshotSink;
import dev.weir.operator.world.PodRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.FromOperator.Update;
import dev.weir.protocol.FromSidecar;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every sidecar the state of its workload, and knows what each acknowledged. Thread-safe.
 *
 * <p>It serves only between {@code lead(true)}, called when the world is known, and {@code
 * lead(false)}.
 */
public final class ConfigServer implements Sidecars, SnapshotSink {

  private static final Logger LOG = LoggerFactory.getLogger(ConfigServer.class);
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final ObjectReader READER = JSON.readerFor(FromSidecar.class);
  private static final ObjectWriter WRITER = JSON.writerFor(Update.class);
  private static final int DEAD_AFTER_HEARTBEATS = 4;

  private final Function<PodRef, Optional<WorkloadRef>> pods;
  private final Clock clock;
  private final Duration deadAfter;
  private final Executor executor;

  private final Map<PodRef, Connection> connections = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  // Held while what is offered changes, so that offers reach a connection in order. Nothing blocks.
  private final Object offers = new Object();
  private Map<WorkloadRef, CompiledWorkload> published = Map.of();
  private String ca;
  private volatile boolean leading;

  /**
   * @param pods the workload of a pod; empty when there is no such pod (any more)
   * @param ca PEM certificates that sidecars shall know us by
   * @param heartbeat how often a sidecar reports
   * @param executor runs short tasks that serialise and hand over frames
   */
  public ConfigServer(
      Function<PodRef, Optional<WorkloadRef>> pods,
      String ca,
      Clock clock,
      Duration heartbeat,
      Executor executor) {
    this.pods = pods;
    this.ca = ca;
    this.clock = clock;
    this.deadAfter = heartbeat.multipliedBy(DEAD_AFTER_HEARTBEATS);
    this.executor = executor;
  }

  @Override
  public Map<PodRef, Sidecar> connected() {
    Map<PodRef, Sidecar> all = new HashMap<>();
    connections.forEach(
        (pod, connection) -> {
          Sidecar sidecar = connection.sidecar();
          if (sidecar != null) {
            all.put(pod, sidecar);
          }
        });
    return Map.copyOf(all);
  }

  @Override
  public void onChange(Listener listener) {
    listeners.add(listener);
  }

  @Override
  public void publish(Map<WorkloadRef, CompiledWorkload> all) {
    synchronized (offers) {
      published = all;
      connections.values().forEach(this::offer);
    }
  }

  /** From now on sidecars shall know us by these PEM certificates. */
  public void trust(String pem) {
    synchronized (offers) {
      ca = pem;
      connections.values().forEach(this::offer);
    }
  }

  /** Begins to serve, or ends it and closes all connections. */
  public void lead(boolean now) {
    leading = now;
    if (!now) {
      connections.values().forEach(connection -> connection.close(CloseCode.GOING_AWAY));
    }
  }

  /** Whether connections are taken. */
  boolean leading() {
    return leading;
  }

  /** Closes what is dead: expired tokens, gone pods, silent sidecars. To be called regularly. */
  public void sweep() {
    Instant now = clock.instant();
    connections.forEach(
        (pod, connection) -> {
          if (!now.isBefore(connection.caller.expires())) {
            connection.close(CloseCode.TOKEN_EXPIRED);
          } else if (pods.apply(pod).isEmpty()) {
            connection.close(CloseCode.POD_UNKNOWN);
          } else if (connection.lastHeard().plus(deadAfter).isBefore(now)) {
            connection.close(CloseCode.SILENT);
          }
        });
  }

  /** Takes a connection; what it returns is told of its frames and its end. */
  Optional<Connection> connect(Caller.Known caller, Wire wire) {
    Optional<WorkloadRef> workload = pods.apply(caller.pod());
    if (workload.isEmpty()) {
      wire.close(CloseCode.POD_UNKNOWN);
      return Optional.empty();
    }
    Connection connection =
        new Connection(caller, workload.get(), wire, WRITER, executor, clock.instant());
    Connection before;
    synchronized (offers) {
      before = connections.put(caller.pod(), connection);
      offer(connection);
    }
    if (before != null) {
      before.close(CloseCode.REPLACED);
    }
    if (!leading) {
      connection.close(CloseCode.GOING_AWAY);
    }
    return Optional.of(connection);
  }

  /** Takes a frame of a connection. */
  void heard(Connection connection, String text) {
    FromSidecar frame;
    try {
      frame = READER.readValue(text);
    } catch (IOException e) {
      LOG.warn("{}: not a frame: {}", connection.caller.pod(), e.getClass().getSimpleName());
      connection.close(CloseCode.PROTOCOL_ERROR);
      return;
    }
    if (frame == null || !connection.heard(frame, clock.instant())) {
      connection.close(CloseCode.PROTOCOL_ERROR);
      return;
    }
    connection.greeted();
    changed(connection);
  }

  /** The connection is gone. */
  void gone(Connection connection) {
    if (connections.remove(connection.caller.pod(), connection)) {
      changed(connection);
    }
  }

  private void offer(Connection connection) {
    CompiledWorkload workload = published.get(connection.workload);
    if (workload != null) {
      connection.offer(new Offer(workload, ca));
    }
  }

  private void changed(Connection connection) {
    if (connections.get(connection.caller.pod()) == connection || connection.sidecar() != null) {
      listeners.forEach(listener -> listener.changed(connection.caller.pod()));
    }
  }
}
