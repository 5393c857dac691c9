package dev.weir.operator.stream;

import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import io.javalin.websocket.WsConnectContext;
import io.javalin.websocket.WsContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream's HTTP side: who may upgrade, and which socket belongs to which connection. A request
 * is answered with 401 or 403 for its token, 421 by a follower, 503 while nobody can say.
 */
public final class ConfigRoute {

  /** Where sidecars connect. */
  public static final String PATH = "/v1/config";

  /** Names the leader's {@code ip:port} in a follower's answer. */
  public static final String LEADER_HEADER = "Weir-Leader";

  private static final Logger LOG = LoggerFactory.getLogger(ConfigRoute.class);
  private static final String CALLER = "weir.caller";
  private static final String CONNECTION = "weir.connection";
  private static final long MAX_FRAME_BYTES = 1 << 20;
  private static final Duration IDLE = Duration.ofMinutes(2);

  private final ConfigServer server;
  private final Callers callers;
  private final Leadership leadership;

  /** One route for one server. */
  public ConfigRoute(ConfigServer server, Callers callers, Leadership leadership) {
    this.server = server;
    this.callers = callers;
    this.leadership = leadership;
  }

  /** Adds the route. */
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.wsBeforeUpgrade(PATH, this::beforeUpgrade);
    routes.ws(
        PATH,
        socket -> {
          socket.onConnect(this::connected);
          socket.onMessage(
              context -> connection(context).ifPresent(c -> server.heard(c, context.message())));
          socket.onBinaryMessage(
              context -> connection(context).ifPresent(c -> c.close(CloseCode.PROTOCOL_ERROR)));
          socket.onClose(context -> connection(context).ifPresent(server::gone));
          socket.onError(
              context -> {
                Throwable error = context.error();
                LOG.debug("Config stream: {}", error == null ? "error" : error.toString());
                connection(context).ifPresent(server::gone);
              });
        });
  }

  private void beforeUpgrade(Context context) {
    if (!server.leading()) {
      Optional<String> leader = leadership.leader();
      leader.ifPresent(address -> context.header(LEADER_HEADER, address));
      refuse(
          context,
          leader.isPresent() ? 421 : 503,
          leader.isPresent() ? "Another replica leads" : "No replica leads yet");
      return;
    }
    Optional<String> token = bearer(context.header("Authorization"));
    if (token.isEmpty()) {
      context.header("WWW-Authenticate", "Bearer");
      refuse(context, 401, "Authorization: Bearer <ServiceAccount token> is missing");
      return;
    }
    switch (callers.identify(token.get())) {
      case Caller.Known known -> context.attribute(CALLER, known);
      case Caller.Refused refused -> refuse(context, refused.status(), refused.message());
      case Caller.Unknown unknown -> {
        LOG.warn("Config stream: {}", unknown.message());
        refuse(context, 503, "The API server can't check the token now");
      }
    }
  }

  private static void refuse(Context context, int status, String message) {
    context.status(status).result(message).skipRemainingHandlers();
  }

  private void connected(WsConnectContext context) {
    Caller.Known caller = context.attribute(CALLER);
    if (caller == null) {
      context.closeSession(1008, "not authenticated");
      return;
    }
    context.session.setMaxTextMessageSize(MAX_FRAME_BYTES);
    context.session.setIdleTimeout(IDLE);
    server
        .connect(caller, new SessionWire(context.session))
        .ifPresent(
            connection -> {
              context.attribute(CONNECTION, connection);
              // It may have been closed before the close handler could find the connection.
              if (!context.session.isOpen()) {
                server.gone(connection);
              }
            });
  }

  private static Optional<Connection> connection(WsContext context) {
    return Optional.ofNullable(context.<Connection>attribute(CONNECTION));
  }

  private static Optional<String> bearer(@Nullable String header) {
    return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7) && header.length() > 7
        ? Optional.of(header.substring(7).strip())
        : Optional.empty();
  }

  private record SessionWire(Session session) implements Wire {
    @Override
    public void send(String text, Consumer<Boolean> done) {
      session.sendText(text, Callback.from(() -> done.accept(true), error -> done.accept(false)));
    }

    @Override
    public void close(CloseCode why) {
      session.close(why.code, why.text, Callback.NOOP);
    }
  }
}
