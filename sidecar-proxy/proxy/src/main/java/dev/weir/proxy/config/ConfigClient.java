package dev.weir.proxy.config;

import dev.weir.protocol.FromSidecar;
import dev.weir.proxy.report.Reporter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connection to the operator, takes snapshots from it and reports to it.
 *
 * <pre>
 * start → restore → connecting → upgraded → streaming → ended → waiting → connecting …
 *                        └────────── 421, at most 3 in a row ───┘
 * </pre>
 *
 * <p>{@link #start}, {@link #connected} and {@link #close} may be called from any thread; the rest
 * runs on the event loop.
 */
public final class ConfigClient {
  private static final Logger log = LoggerFactory.getLogger(ConfigClient.class);

  /** Replicas that disagree about the leader must not keep a sidecar spinning. */
  private static final int MAX_REDIRECTS = 3;

  /** Until the first snapshot says otherwise. */
  private static final long FIRST_HEARTBEAT_MILLIS = 5_000;

  private final StreamSettings settings;
  private final EventLoop loop;
  private final Executor blocking;
  private final LiveSnapshot live;
  private final Reporter reporter;
  private final Delays delays;
  private final Backoff backoff;
  private final Connector connector;
  private final Installation installation;

  private int redirects;
  private boolean closed;
  private java.util.concurrent.@Nullable Future<?> retry;
  private volatile @Nullable Channel stream;

  /**
   * Wires a client that does nothing before {@link #start}.
   *
   * @param loop runs the connection and calls the reporter's suppliers
   * @param channel the socket class that goes with the loop
   * @param blocking runs what blocks; one task at a time, in order
   * @throws IllegalArgumentException if the settings' CA holds no certificate
   */
  public ConfigClient(
      StreamSettings settings,
      EventLoop loop,
      Class<? extends Channel> channel,
      Executor blocking,
      Applier applier,
      LiveSnapshot live,
      Reporter reporter) {
    this(
        settings,
        loop,
        channel,
        blocking,
        applier,
        live,
        reporter,
        new SecureRandom(),
        loop::schedule);
  }

  ConfigClient(
      StreamSettings settings,
      EventLoop loop,
      Class<? extends Channel> channel,
      Executor blocking,
      Applier applier,
      LiveSnapshot live,
      Reporter reporter,
      RandomGenerator random,
      Delays delays) {
    Trust trust;
    try {
      trust = new Trust(settings.ca());
    } catch (RefusedException e) {
      throw new IllegalArgumentException("The operator's CA: " + e.getMessage(), e);
    }
    this.settings = settings;
    this.loop = loop;
    this.blocking = blocking;
    this.live = live;
    this.reporter = reporter;
    this.delays = delays;
    this.backoff =
        new Backoff(settings.timing().firstRetry(), settings.timing().slowestRetry(), random);
    this.connector = new Connector(settings, trust, loop, channel, blocking);
    this.installation =
        new Installation(applier, new LastKnownGood(settings.stateDir()), trust, live);
  }

  /** Runs a task on the event loop after a while. */
  interface Delays {
    java.util.concurrent.Future<?> schedule(Runnable task, long delay, TimeUnit unit);
  }

  /** Puts the stored snapshot in force, then connects, and stays connected. Call it once. */
  public void start() {
    var _ =
        CompletableFuture.runAsync(installation::restore, blocking)
            .whenCompleteAsync((done, failure) -> connect(null), loop);
  }

  /** Whether there is an open stream to the operator. */
  public boolean connected() {
    return stream != null;
  }

  /** Sends a last report and ends the connection for good; completes when it is gone. */
  public Future<Void> close() {
    Promise<Void> done = loop.newPromise();
    loop.execute(() -> close(done));
    return done;
  }

  private void close(Promise<Void> done) {
    closed = true;
    if (retry != null) {
      retry.cancel(false);
    }
    Channel open = stream;
    if (open == null) {
      done.setSuccess(null);
      return;
    }
    reporter.report();
    reporter.stop();
    open.closeFuture().addListener(gone -> done.setSuccess(null));
    open.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private void connect(@Nullable InetSocketAddress leader) {
    if (closed) {
      return;
    }
    connector.connect(
        leader,
        ending ->
            new StreamHandler(
                this::install, settings.timing().silence().toMillis(), new Events(), ending),
        this::ended);
  }

  private CompletableFuture<@Nullable FromSidecar> install(String frame) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return installation.handle(frame);
          } catch (RefusedException e) {
            throw new CompletionException(e);
          }
        },
        blocking);
  }

  private void ended(Ending ending) {
    stream = null;
    reporter.stop();
    if (closed) {
      return;
    }
    switch (ending) {
      case Ending.Redirected(InetSocketAddress leader) when redirects < MAX_REDIRECTS -> {
        redirects++;
        connect(leader);
      }
      case Ending.Redirected(InetSocketAddress leader) ->
          retry(backoff.nextMillis(), "the replicas disagree about the leader, last " + leader);
      case Ending.Failed(String why) -> retry(backoff.nextMillis(), why);
      case Ending.Hopeless(String why) -> retry(backoff.slowMillis(), why);
    }
  }

  private void retry(long millis, String why) {
    log.warn("No config stream to {}: {}; again in {} ms", settings.url(), why, millis);
    redirects = 0;
    retry = delays.schedule(() -> connect(null), millis, TimeUnit.MILLISECONDS);
  }

  private final class Events implements StreamHandler.Events {
    @Override
    public void opened(Channel channel) {
      if (closed) {
        var _ = channel.close();
        return;
      }
      log.info("Config stream to {} is open", channel.remoteAddress());
      stream = channel;
      redirects = 0;
      StreamHandler.send(
          channel,
          new FromSidecar.Hello(FromSidecar.PROTOCOL, settings.incarnation(), settings.version()));
      reporter.start(
          heartbeatMillis(),
          report -> {
            // Counts are cumulative: what a full buffer drops, the next report has.
            if (channel.isWritable()) {
              StreamHandler.send(channel, report);
            }
          });
    }

    @Override
    public void answered(FromSidecar answer) {
      // Not earlier: an operator that accepts and drops connections would be hammered.
      backoff.reset();
      reporter.every(heartbeatMillis());
    }

    private long heartbeatMillis() {
      LiveSnapshot.Current current = live.current();
      return current == null ? FIRST_HEARTBEAT_MILLIS : current.snapshot().heartbeatMillis();
    }
  }
}
