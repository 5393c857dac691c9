package dev.weir.proxy.exchange;

import dev.weir.limits.Decision;
import dev.weir.limits.Outcome;
import dev.weir.limits.Outcome.Verdict;
import dev.weir.proxy.inbound.Head;
import dev.weir.proxy.inbound.Trailers;
import dev.weir.proxy.policy.Charged;
import dev.weir.proxy.policy.Problem;
import dev.weir.proxy.policy.Rules;
import dev.weir.proxy.policy.Ruling;
import dev.weir.proxy.upstream.ResponseListener;
import dev.weir.proxy.upstream.Retry;
import dev.weir.proxy.upstream.UpstreamConnection;
import dev.weir.proxy.upstream.Waiter;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that goes to the application. (NOT thread safe; event loop only.)
 *
 * <pre>
 * DECIDING --passes--> CONNECTING --connected--> SENT --response head--> ANSWERING --ended--> DONE
 *                      CONNECTING <--safe retry-- SENT
 * DECIDING --rejected----------------------------------> own response, DONE
 *           CONNECTING, SENT --app fails---------------> own response, DONE
 *                                   ANSWERING --app fails--> connection reset, DONE
 * any --client gone--> DONE
 * </pre>
 *
 * <p>DONE is entered once, in {@link #end}: there the application's connection is released or
 * abandoned, a kept body is released and the ending is counted. Whatever comes later, a decision, a
 * connection or bytes, is given back at once. While DECIDING and CONNECTING the decoder holds the
 * body back, so that no byte of it goes anywhere.
 */
final class AppExchange implements Exchange, ResponseListener, Waiter {
  private static final AsciiString FORWARDED_FOR = AsciiString.cached("X-Forwarded-For");

  private enum State {
    DECIDING,
    CONNECTING,
    SENT,
    ANSWERING,
    DONE
  }

  private final Loop loop;
  private final ClientConnection client;
  private final Head head;
  private State state = State.DECIDING;
  private @Nullable Rules rules;
  private @Nullable Charged charged;
  private @Nullable Outcome outcome;
  private @Nullable UpstreamConnection upstream;
  private @Nullable Replay replay;
  private int attempts;
  private long sinceNanos;
  private boolean closesClient;
  private boolean untilClose;
  private boolean keepsUpstream;

  AppExchange(Loop loop, ClientConnection client, Head head) {
    this.loop = loop;
    this.client = client;
    this.head = head;
  }

  @Override
  public void start() {
    rules = loop.policy.rules();
    sinceNanos = loop.nanoTime.getAsLong();
    if (rules == null) {
      reject(Responses.noRules(), Ending.NOT_READY);
      return;
    }
    switch (rules.rule(head, loop.digest)) {
      case Ruling.Refused(Problem problem) -> reject(problem, ending(problem.status()));
      case Charged passing when passing.isFree() -> connect();
      case Charged asked -> decide(asked);
    }
  }

  private static Ending ending(HttpResponseStatus status) {
    return switch (status.code()) {
      case 401 -> Ending.UNAUTHENTICATED;
      case 403 -> Ending.FORBIDDEN;
      default -> Ending.REFUSED;
    };
  }

  private void decide(Charged asked) {
    charged = asked;
    Decision decision = asked.decide();
    Outcome given = decision.given();
    if (given != null) {
      decided(asked, given);
    } else {
      decision.onDecided(later -> loop.eventLoop().execute(() -> decided(asked, later)));
    }
  }

  private void decided(Charged asked, Outcome given) {
    loop.observer.decided(loop.nanoTime.getAsLong() - sinceNanos);
    asked.count(given);
    if (state != State.DECIDING) {
      return;
    }
    outcome = given;
    if (given.passes()) {
      connect();
    } else {
      reject(
          asked.problem(given),
          given.verdict() == Verdict.LIMITED ? Ending.LIMITED : Ending.STORE_UNAVAILABLE);
    }
  }

  private void connect() {
    state = State.CONNECTING;
    sinceNanos = loop.nanoTime.getAsLong();
    forwardedFor(head.headers());
    attempts = 1;
    loop.pool.acquire(this);
  }

  private void forwardedFor(HttpHeaders headers) {
    List<String> before = headers.getAll(FORWARDED_FOR);
    headers.set(
        FORWARDED_FOR,
        before.isEmpty() ? client.peer() : String.join(", ", before) + ", " + client.peer());
  }

  @Override
  public void connected(UpstreamConnection connection) {
    if (state != State.CONNECTING) {
      connection.releaseUnused();
      return;
    }
    state = State.SENT;
    upstream = connection;
    connection.attach(this);
    Channel channel = connection.channel();
    if (!head.hasBody()) {
      var _ =
          channel.writeAndFlush(
              new DefaultFullHttpRequest(
                  HttpVersion.HTTP_1_1,
                  head.method(),
                  head.target(),
                  Unpooled.EMPTY_BUFFER,
                  head.headers(),
                  EmptyHttpHeaders.INSTANCE));
      return;
    }
    var _ =
        channel.write(
            new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, head.method(), head.target(), head.headers()));
    if (attempts == 1) {
      replay = Retry.isIdempotent(head.method()) ? new Replay() : null;
      channel.flush();
      client.decoder().proceed();
    } else if (replay != null) {
      replay
          .take()
          .forEach(
              part -> {
                var _ = channel.write(part);
              });
      channel.flush();
    }
  }

  @Override
  public void failed(Throwable cause) {
    if (state == State.CONNECTING) {
      reject(Responses.notConnected(cause), Ending.APP_UNAVAILABLE);
    }
  }

  @Override
  public void requestContent(HttpContent content, boolean last) {
    if (!head.hasBody() || upstream == null || state == State.DONE) {
      // The empty end of a request without a body.
      content.release();
      return;
    }
    if (replay != null && state == State.SENT) {
      replay.keep(content);
    }
    Channel channel = upstream.channel();
    var _ = channel.write(content);
    if (!last && !channel.isWritable()) {
      client.decoder().hold();
    }
  }

  @Override
  public void requestReadComplete() {
    if (upstream != null && head.hasBody()) {
      upstream.channel().flush();
    }
  }

  @Override
  public void onWritabilityChanged() {
    if (upstream != null && upstream.channel().isWritable() && !client.requestEnded()) {
      client.decoder().proceed();
    }
  }

  @Override
  public void clientWritabilityChanged() {
    if (upstream != null) {
      upstream.channel().config().setAutoRead(client.channel().isWritable());
    }
  }

  @Override
  public void onInformational(HttpResponse response) {
    if (!head.http10()) {
      var _ = client.channel().write(Responses.informational(response));
    }
  }

  @Override
  public void onHead(HttpResponse response) {
    forgetBody();
    if (!Responses.isFramingKnown(response)) {
      appFailed("The application used a transfer coding other than chunked.");
      return;
    }
    state = State.ANSWERING;
    loop.observer.answered(loop.nanoTime.getAsLong() - sinceNanos);
    keepsUpstream = HttpUtil.isKeepAlive(response);
    untilClose = Responses.prepare(response, head.method(), head.http10());
    closesClient = untilClose || client.closesAfter(head, false);
    writeFields(response.headers());
    var _ = client.channel().write(response);
  }

  private void writeFields(HttpHeaders headers) {
    if (charged != null && outcome != null) {
      charged.writeFields(headers, outcome, loop.clock.millis());
    }
    String revision = loop.settings.debugHeaders() && rules != null ? rules.revision() : null;
    Responses.writeOwn(headers, revision, closesClient, head.http10());
  }

  @Override
  public void onContent(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (content instanceof LastHttpContent end) {
      Trailers.keepListed(end.trailingHeaders());
    }
    var _ = client.channel().write(content);
    if (last) {
      // Sent before the request has ended: what we still owe the application is not known.
      keepsUpstream &= client.requestEnded();
      end(Ending.FORWARDED);
      client.exchangeEnded(closesClient);
    }
  }

  @Override
  public void onReadComplete() {
    client.channel().flush();
  }

  @Override
  public void onBroken(@Nullable Throwable cause) {
    UpstreamConnection broken = upstream;
    upstream = null;
    if (state == State.ANSWERING) {
      end(Ending.APP_ABORTED);
      client.exchangeAborted(untilClose);
    } else if (state == State.SENT && broken != null) {
      boolean kept = !head.hasBody() || (replay != null && replay.isWhole());
      if (Retry.isSafe(head.method(), broken.reused(), kept, attempts)) {
        state = State.CONNECTING;
        attempts++;
        loop.pool.connect(this);
      } else {
        appFailed("The application closed the connection without a response.");
      }
    }
  }

  private void appFailed(String detail) {
    reject(Problem.of(HttpResponseStatus.BAD_GATEWAY, detail), Ending.APP_UNAVAILABLE);
  }

  /** Answers instead of the application, which has not begun to. */
  private void reject(Problem problem, Ending ending) {
    answer(problem, ending, client.closesAfter(head, true));
  }

  private void answer(Problem problem, Ending ending, boolean close) {
    FullHttpResponse response = Responses.of(problem);
    closesClient = close;
    writeFields(response.headers());
    end(ending);
    var _ = client.channel().write(response);
    client.exchangeEnded(close);
  }

  @Override
  public void clientGone() {
    end(Ending.CLIENT_ABORTED);
  }

  @Override
  public void requestBroken() {
    abortRequest(
        Problem.of(HttpResponseStatus.BAD_REQUEST, "The body of the request is malformed."),
        Ending.REFUSED);
  }

  @Override
  public void clientStalled() {
    abortRequest(
        Problem.of(
            HttpResponseStatus.REQUEST_TIMEOUT,
            "The body of the request stopped for "
                + loop.settings.idle().toSeconds()
                + " s before its end."),
        Ending.CLIENT_STALLED);
  }

  private void abortRequest(Problem problem, Ending ending) {
    if (state == State.ANSWERING) {
      end(ending);
      client.exchangeAborted(untilClose);
    } else if (state != State.DONE) {
      answer(problem, ending, true);
    }
  }

  @Override
  public boolean awaitsBody() {
    return state == State.SENT;
  }

  private void forgetBody() {
    if (replay != null) {
      replay.release();
      replay = null;
    }
  }

  private void end(Ending ending) {
    if (state == State.DONE) {
      return;
    }
    state = State.DONE;
    forgetBody();
    UpstreamConnection connection = upstream;
    upstream = null;
    if (connection != null) {
      if (ending == Ending.FORWARDED && keepsUpstream) {
        connection.release();
      } else {
        connection.abandon();
      }
    }
    loop.observer.ended(ending);
  }
}
