package dev.weir.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis that is made when asked for and never sends a command twice. Thread-safe;
 * no method blocks.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing in the background: nobody waits for it
final class RedisLink {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final RedisURI uri;
  private final List<String> secrets;
  private final EventLoopGroup loops;
  private final boolean ownLoops;
  private final ClientResources resources;
  private final LeanRedisClient client;
  private final Runnable onDisconnected;

  private @Nullable StatefulRedisConnection<String, String> connection;
  private @Nullable CompletableFuture<StatefulRedisConnection<String, String>> connecting;
  private boolean closed;

  /**
   * @param sharedLoops where to run, not closed with the link; null for an own thread
   * @param onDisconnected called on the event loop when an established connection ended
   */
  RedisLink(String url, @Nullable EventLoopGroup sharedLoops, Runnable onDisconnected) {
    this.uri = parsed(url);
    this.secrets = secretsOf(url);
    this.uri.setTimeout(CONNECT_TIMEOUT);
    this.ownLoops = sharedLoops == null;
    this.loops = sharedLoops == null ? LeanResources.ownEventLoop() : sharedLoops;
    this.resources = LeanResources.on(loops);
    this.client = new LeanRedisClient(resources, uri, CONNECT_TIMEOUT);
    this.onDisconnected = onDisconnected;
    client.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> ended) {
            disconnected(ended);
          }
        });
  }

  private static RedisURI parsed(String url) {
    try {
      return RedisURI.create(url.strip());
    } catch (RuntimeException e) {
      // Without its cause: that quotes the URL, and the password with it.
      throw new IllegalArgumentException(
          "the Redis URL is not valid; write redis://[user:password@]host[:port][/database],"
              + " rediss://… for TLS or redis-sentinel://…#master for Sentinel ("
              + e.getClass().getSimpleName()
              + ")");
    }
  }

  /** The password as it is and as it is written in the URL. */
  private static List<String> secretsOf(String url) {
    int from = url.indexOf("://") + 3;
    int to = url.lastIndexOf('@');
    if (from < 3 || to <= from) {
      return List.of();
    }
    int colon = url.indexOf(':', from);
    String written = url.substring(colon < 0 || colon > to ? from : colon + 1, to);
    String plain = written.contains("%") ? URLDecoder.decode(written, UTF_8) : written;
    return written.isEmpty() ? List.of() : List.of(plain, written);
  }

  ScheduledExecutorService scheduler() {
    return loops;
  }

  /** Whether the calling thread is one of the event loops, which must not wait. */
  boolean onLoop() {
    for (EventExecutor loop : loops) {
      if (loop.inEventLoop()) {
        return true;
      }
    }
    return false;
  }

  synchronized boolean connected() {
    return connection != null;
  }

  /** Completes when connected; several callers share one attempt. */
  CompletableFuture<?> connect() {
    CompletableFuture<StatefulRedisConnection<String, String>> attempt;
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(new RedisConnectionException("closed"));
      }
      if (connection != null) {
        return CompletableFuture.completedFuture(null);
      }
      if (connecting != null) {
        return connecting;
      }
      attempt = new CompletableFuture<>();
      connecting = attempt;
    }
    client.connectAsync(StringCodec.UTF8, uri).whenComplete((made, e) -> made(attempt, made, e));
    return attempt;
  }

  private void made(
      CompletableFuture<StatefulRedisConnection<String, String>> attempt,
      @Nullable StatefulRedisConnection<String, String> made,
      @Nullable Throwable failure) {
    boolean unwanted;
    synchronized (this) {
      connecting = null;
      unwanted = closed;
      if (made != null && !unwanted && made.isOpen()) {
        connection = made;
      }
    }
    if (made == null) {
      attempt.completeExceptionally(
          failure == null ? new RedisConnectionException("no connection") : failure);
    } else if (unwanted || !made.isOpen()) {
      made.closeAsync();
      attempt.completeExceptionally(new RedisConnectionException("the connection was closed"));
    } else {
      attempt.complete(made);
    }
  }

  @SuppressWarnings("ReferenceEquality") // this very connection
  private void disconnected(RedisChannelHandler<?, ?> ended) {
    synchronized (this) {
      if (ended != connection) {
        return;
      }
      connection = null;
    }
    onDisconnected.run();
  }

  /** Gives up the connection, so that the next one is new. */
  void drop() {
    StatefulRedisConnection<String, String> dropped;
    synchronized (this) {
      dropped = connection;
      connection = null;
    }
    if (dropped != null) {
      dropped.closeAsync();
    }
  }

  /**
   * Runs a script by its name, by its text where Redis does not know it.
   *
   * @param wanted asked before the second attempt
   */
  CompletableFuture<Reply> eval(
      Script script, List<String> keys, List<String> arguments, BooleanSupplier wanted) {
    return dispatch(CommandType.EVALSHA, script, keys, arguments)
        .exceptionallyCompose(
            failure ->
                causeOf(failure) instanceof RedisNoScriptException && wanted.getAsBoolean()
                    ? dispatch(CommandType.EVAL, script, keys, arguments)
                    : CompletableFuture.failedFuture(failure))
        .thenApply(Reply::new);
  }

  private CompletableFuture<List<Object>> dispatch(
      CommandType type, Script script, List<String> keys, List<String> arguments) {
    StatefulRedisConnection<String, String> to;
    synchronized (this) {
      to = connection;
    }
    if (to == null) {
      return CompletableFuture.failedFuture(new RedisConnectionException("not connected"));
    }
    CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
    if (type == CommandType.EVAL) {
      args.add(script.text());
    } else {
      args.add(script.sha1());
    }
    args.add(keys.size()).addKeys(keys).addValues(arguments);
    CommandOutput<String, String, List<Object>> output = new NestedMultiOutput<>(StringCodec.UTF8);
    AsyncCommand<String, String, List<Object>> command =
        new AsyncCommand<>(new Command<>(type, output, args));
    try {
      to.dispatch(command);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return command.toCompletableFuture();
  }

  /** What went wrong, in words of the last cause, without a password. */
  String describe(Throwable failure) {
    Throwable cause = causeOf(failure);
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    for (String secret : secrets) {
      text = text.replace(secret, "***");
    }
    return text;
  }

  static Throwable causeOf(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Closes the connection in the background. */
  void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      connection = null; // closed with the client
    }
    client
        .shutdownAsync(0, 2, TimeUnit.SECONDS)
        .whenComplete(
            (done, e) -> {
              resources.shutdown(0, 2, TimeUnit.SECONDS);
              if (ownLoops) {
                loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
              }
            });
  }
}
