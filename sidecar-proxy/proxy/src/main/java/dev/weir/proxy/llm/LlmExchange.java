package dev.weir.proxy.llm;

import dev.weir.limits.Decision;
import dev.weir.limits.Outcome;
import dev.weir.limits.Outcome.Verdict;
import dev.weir.proxy.exchange.ClientConnection;
import dev.weir.proxy.exchange.Exchange;
import dev.weir.proxy.inbound.Head;
import dev.weir.proxy.policy.Charged;
import dev.weir.proxy.policy.Problem;
import dev.weir.proxy.policy.RouteRules;
import dev.weir.proxy.policy.Ruling;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/**
 * One request to an LLM route, until it is refused or admitted. (NOT thread safe; event loop only.)
 *
 * <pre>
 * READING --body whole--> DECIDING --passes--> CALLING, see {@link ProviderCall}
 * READING, DECIDING --refused, limited--> own response, DONE
 * READING, DECIDING --client gone--> DONE
 * </pre>
 *
 * <p>A request that ends here has used nothing and is not settled: not even when the decision comes
 * after its client went, and admits it.
 */
final class LlmExchange implements Exchange {

  private enum State {
    READING,
    DECIDING,
    CALLING,
    DONE
  }

  private final LlmLoop loop;
  private final Head head;
  private final String route;
  private final @Nullable Backends backends;
  private final @Nullable RouteRules rules;
  private final Reply reply;
  private State state = State.READING;
  private @Nullable RequestBody body;
  private @Nullable Charged charged;
  private @Nullable ProviderCall call;

  /**
   * A request.
   *
   * @param route its name, for messages
   * @param backends null if the route is not in force
   */
  LlmExchange(
      LlmLoop loop, ClientConnection client, Head head, String route, @Nullable Backends backends) {
    this.loop = loop;
    this.head = head;
    this.route = route;
    this.backends = backends;
    this.rules = backends == null ? null : backends.rules();
    this.reply = new Reply(loop, client, head, rules);
  }

  @Override
  public void start() {
    Served served = Served.of(head);
    if (rules == null) {
      end(CallEnding.NOT_READY);
      reply.refuseAndClose(LlmError.overloaded(route, "The route is not in force."));
    } else if (served == null) {
      refuse(LlmError.unknownUrl(route, head.method().name(), head.path()), CallEnding.REFUSED);
    } else {
      switch (rules.rule(head, loop.digest)) {
        case Ruling.Refused(Problem problem) ->
            refuse(LlmError.of(route, problem), ending(problem.status()));
        case Charged charging -> serve(served, rules, charging);
      }
    }
  }

  private static CallEnding ending(HttpResponseStatus status) {
    return switch (status.code()) {
      case 401 -> CallEnding.UNAUTHENTICATED;
      case 403 -> CallEnding.FORBIDDEN;
      default -> CallEnding.REFUSED;
    };
  }

  private void serve(Served served, RouteRules of, Charged charging) {
    switch (served) {
      case Served.Chat() -> read(charging);
      case Served.Models() -> list(ModelList.list(of.route()));
      case Served.OneModel one -> {
        byte[] found = one.answer(of.route());
        if (found != null) {
          list(found);
        } else {
          refuse(
              LlmError.modelNotFound(route, one.name(), ModelList.names(of.route())),
              CallEnding.REFUSED);
        }
      }
    }
  }

  private void list(byte[] json) {
    end(CallEnding.LISTED);
    reply.json(json);
  }

  private void read(Charged charging) {
    charged = charging;
    int most = loop.settings.maxBody();
    if (head.contentLength() > most) {
      refuse(LlmError.requestTooLarge(route, most), CallEnding.REFUSED);
      return;
    }
    RequestBody expected = new RequestBody(loop.room, most, head.contentLength());
    body = expected;
    if (head.hasBody()) {
      reply.askForBody();
    } else {
      understand(expected);
    }
  }

  @Override
  public void requestContent(HttpContent content, boolean last) {
    RequestBody reading = body;
    if (state != State.READING || reading == null) {
      content.release();
      return;
    }
    RequestBody.Added added = reading.add(content.content());
    content.release();
    switch (added) {
      case TOO_LARGE ->
          refuse(LlmError.requestTooLarge(route, loop.settings.maxBody()), CallEnding.REFUSED);
      case NO_ROOM ->
          refuse(
              LlmError.overloaded(route, "The sidecar has no room for one more request."),
              CallEnding.NOT_READY);
      case YES -> {
        if (last) {
          understand(reading);
        }
      }
    }
  }

  @Override
  public void requestReadComplete() {}

  private void understand(RequestBody whole) {
    RouteRules of = rules;
    Backends known = backends;
    Charged charging = charged;
    if (of == null || known == null || charging == null) {
      return;
    }
    Understood understood = Understood.of(known, whole.bytes());
    whole.forget();
    switch (understood) {
      case Understood.Refused(LlmError error, CallEnding ending) -> refuse(error, ending);
      case Understood.Ready ready -> decide(of, charging, ready);
    }
  }

  private void decide(RouteRules of, Charged charging, Understood.Ready ready) {
    state = State.DECIDING;
    if (charging.isFree()) {
      call(of, charging, ready);
      return;
    }
    long since = loop.nanoTime.getAsLong();
    Decision decision = charging.decide();
    Outcome given = decision.given();
    if (given != null) {
      decided(of, charging, ready, given, since);
    } else {
      decision.onDecided(
          later -> loop.eventLoop.execute(() -> decided(of, charging, ready, later, since)));
    }
  }

  private void decided(
      RouteRules of, Charged charging, Understood.Ready ready, Outcome given, long since) {
    loop.observer.decided(loop.nanoTime.getAsLong() - since);
    charging.count(given);
    if (state != State.DECIDING) {
      return;
    }
    reply.decided(charging, given);
    if (given.passes()) {
      call(of, charging, ready);
    } else if (given.verdict() == Verdict.LIMITED) {
      refuse(LlmError.of(route, charging.violation(given)), CallEnding.LIMITED);
    } else {
      refuse(LlmError.of(route, charging.problem(given)), CallEnding.STORE_UNAVAILABLE);
    }
  }

  private void call(RouteRules of, Charged charging, Understood.Ready ready) {
    state = State.CALLING;
    ProviderCall made =
        new ProviderCall(
            loop, reply, of, new Admission(loop, of, charging, ready.asked()), ready.asked(), body);
    body = null;
    call = made;
    made.start(head.headers(), ready.body());
  }

  private void refuse(LlmError error, CallEnding ending) {
    end(ending);
    reply.refuse(error);
  }

  @Override
  public void clientWritabilityChanged() {
    if (call != null) {
      call.clientWritabilityChanged();
    }
  }

  @Override
  public void clientGone() {
    if (call != null) {
      call.clientGone();
    } else {
      end(CallEnding.CLIENT_GONE);
    }
  }

  @Override
  public void requestBroken() {
    stopReading(
        HttpResponseStatus.BAD_REQUEST,
        "The body of the request is malformed.",
        CallEnding.REFUSED);
  }

  @Override
  public void clientStalled() {
    stopReading(
        HttpResponseStatus.REQUEST_TIMEOUT,
        "The rest of the request's body did not come in time.",
        CallEnding.CLIENT_STALLED);
  }

  private void stopReading(HttpResponseStatus status, String detail, CallEnding ending) {
    if (call != null) {
      // It does not read its answer.
      call.clientGone();
      reply.breakOff();
    } else {
      end(ending);
      reply.refuseAndClose(LlmError.of(route, Problem.of(status, detail)));
    }
  }

  @Override
  public boolean awaitsBody() {
    return state == State.READING;
  }

  /** Without having reached for a provider. */
  private void end(CallEnding ending) {
    if (state == State.DONE) {
      return;
    }
    state = State.DONE;
    if (body != null) {
      body.release();
      body = null;
    }
    loop.observer.ended(route, CallObserver.NO_PROVIDER, ending);
  }
}
