package dev.weir.proxy.llm;

import dev.weir.proxy.exchange.Responses;
import dev.weir.proxy.policy.RouteRules;
import dev.weir.proxy.upstream.ResponseListener;
import dev.weir.proxy.upstream.UpstreamConnection;
import dev.weir.proxy.upstream.Waiter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One admitted call, from its reach for the provider to its settlement. (NOT thread safe; event
 * loop only.)
 *
 * <pre>
 * CONNECTING --connected--> SENT --head--> ANSWERING --answer whole--> DONE
 * CONNECTING, SENT --provider fails, time is up--> own response, DONE
 *                          ANSWERING --provider fails, time is up--> broken off, DONE
 *      SENT, ANSWERING --client gone--> DRAINING --answer whole, fails, time is up--> DONE
 *   CONNECTING --client gone--> DONE
 * </pre>
 *
 * <p>DONE is entered once, in {@link #end}: there the connection is released or abandoned, what is
 * kept is released, and the call is settled. Whatever comes later is given back at once.
 *
 * <p>A call is sent once, whatever becomes of it: a provider that closed the connection may have
 * begun to generate, and what it generates it charges for. Only a connection that is known to be
 * closed before the first byte is written is replaced, by the pool.
 */
final class ProviderCall implements ResponseListener, Waiter, Answer.Sink {
  private static final Logger log = LoggerFactory.getLogger(ProviderCall.class);

  private enum State {
    CONNECTING,
    SENT,
    ANSWERING,
    DRAINING,
    DONE
  }

  private final LlmLoop loop;
  private final Reply reply;
  private final Admission admission;
  private final Understood.Asked asked;
  private final String route;
  private final String provider;
  private final long connectMillis;
  private final Patience patience;
  private State state = State.CONNECTING;
  private @Nullable RequestBody body;
  private @Nullable FullHttpRequest request;
  private @Nullable UpstreamConnection upstream;
  private @Nullable Answer answer;
  private boolean keepsUpstream;
  private long drainSinceNanos;

  /**
   * A call that was admitted.
   *
   * @param body whose room is held until the request is sent
   */
  ProviderCall(
      LlmLoop loop,
      Reply reply,
      RouteRules rules,
      Admission admission,
      Understood.Asked asked,
      @Nullable RequestBody body) {
    this.loop = loop;
    this.reply = reply;
    this.admission = admission;
    this.asked = asked;
    this.body = body;
    this.route = rules.route().name();
    this.provider = asked.backend().provider().name();
    this.connectMillis = rules.route().timeouts().connect();
    this.patience =
        new Patience(rules.route().timeouts(), asked.streamed(), loop.nanoTime.getAsLong());
  }

  /**
   * Reaches for the provider.
   *
   * @param client the client's header fields
   * @param json what to ask it
   */
  void start(HttpHeaders client, ByteBuf json) {
    loop.began(this);
    request = ProviderRequest.of(asked.backend(), client, json);
    loop.pools.acquire(asked.backend().endpoint(), Duration.ofMillis(connectMillis), this);
  }

  @Override
  public void connected(UpstreamConnection connection) {
    FullHttpRequest sent = request;
    if (state != State.CONNECTING || sent == null) {
      connection.releaseUnused();
      return;
    }
    state = State.SENT;
    upstream = connection;
    request = null;
    connection.attach(this);
    RequestBody held = body;
    body = null;
    connection
        .channel()
        .writeAndFlush(sent)
        .addListener(
            (ChannelFuture written) -> {
              if (held != null) {
                held.release();
              }
              if (!written.isSuccess()) {
                var _ = written.channel().close();
              }
            });
  }

  @Override
  public void failed(Throwable cause) {
    Unreached why = Unreached.of(route, provider, cause, connectMillis);
    fail(why.error(), CallEnding.UNREACHED, why.reason());
  }

  @Override
  public void onInformational(HttpResponse response) {
    // Speaks of the connection to the provider, if of anything.
  }

  @Override
  public void onHead(HttpResponse response) {
    int status = response.status().code();
    admission.answered(patience.elapsed(loop.nanoTime.getAsLong()), status);
    if (!Responses.isFramingKnown(response)) {
      broken("answered with a transfer coding other than chunked");
      return;
    }
    HttpHeaders headers = response.headers();
    boolean readable = ProviderFields.isPlain(headers);
    if (readable && status == 200 && ProviderFields.isEventStream(headers)) {
      answer = new StreamedAnswer(status, reply.alloc(), !asked.asksUsage(), this);
      // Less may go out than comes in.
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    } else {
      answer = new PlainAnswer(status, readable, this);
      patience.notStreamed();
    }
    keepsUpstream = HttpUtil.isKeepAlive(response);
    if (state == State.SENT) {
      state = State.ANSWERING;
      reply.begin(response);
    }
  }

  @Override
  public void onContent(HttpContent content) {
    Answer answering = answer;
    if (answering == null) {
      content.release();
      return;
    }
    if (content.content().isReadable()) {
      patience.read(loop.nanoTime.getAsLong());
      answering.read(content.content());
    } else {
      content.release();
    }
    if (content instanceof LastHttpContent) {
      answering.end();
      if (state == State.ANSWERING) {
        end(
            answering.isError() ? CallEnding.PROVIDER_ERROR : CallEnding.ANSWERED,
            answering.failure());
        reply.end();
      } else {
        end(CallEnding.CLIENT_GONE, answering.failure());
      }
    }
  }

  @Override
  public void pass(ByteBuf bytes) {
    if (state == State.ANSWERING) {
      reply.pass(bytes);
    } else {
      bytes.release();
    }
  }

  @Override
  public void onReadComplete() {
    if (state == State.ANSWERING) {
      reply.flush();
    }
  }

  @Override
  public void onWritabilityChanged() {
    // The request was written at once.
  }

  void clientWritabilityChanged() {
    if (state == State.ANSWERING && upstream != null) {
      boolean reads = reply.isRead();
      upstream.channel().config().setAutoRead(reads);
      if (reads) {
        patience.resumed(loop.nanoTime.getAsLong());
      }
    }
  }

  @Override
  public void onBroken(@Nullable Throwable cause) {
    upstream = null;
    broken(
        answer == null
            ? "closed the connection without an answer"
            : "broke off in the middle of its answer");
  }

  private void broken(String what) {
    fail(
        LlmError.providerUnreachable(route, provider, what),
        state == State.ANSWERING ? CallEnding.BROKEN_OFF : CallEnding.UNREACHED,
        what);
  }

  /** The provider is to blame. */
  private void fail(LlmError error, CallEnding ending, String failure) {
    switch (state) {
      case CONNECTING, SENT -> {
        end(ending, failure);
        reply.refuse(error);
      }
      case ANSWERING -> {
        if (answer instanceof StreamedAnswer) {
          reply.pass(Unpooled.wrappedBuffer(error.event()));
        }
        end(ending, failure);
        reply.breakOff();
      }
      case DRAINING -> end(CallEnding.CLIENT_GONE, failure);
      case DONE -> {}
    }
  }

  /** Whatever the provider still says, nobody hears it. */
  void clientGone() {
    switch (state) {
      case CONNECTING -> end(CallEnding.CLIENT_GONE, null);
      case SENT, ANSWERING -> drain();
      case DRAINING, DONE -> {}
    }
  }

  /** Reads on for the usage alone: whoever has the key pays for what is generated. */
  private void drain() {
    boolean hopeless = answer != null && answer.isError();
    if (upstream == null || hopeless || !loop.beginDrain()) {
      end(CallEnding.CLIENT_GONE, null);
      return;
    }
    state = State.DRAINING;
    drainSinceNanos = loop.nanoTime.getAsLong();
    upstream.channel().config().setAutoRead(true);
  }

  /** Ends what takes too long. */
  void sweep(long now) {
    if (state == State.DRAINING) {
      if (now - drainSinceNanos >= loop.settings.drain().toNanos()) {
        end(CallEnding.CLIENT_GONE, null);
      }
      return;
    }
    Patience.Late late = patience.late(now, state != State.ANSWERING || reply.isRead());
    if (late != null) {
      fail(
          LlmError.providerTimeout(route, provider, late.field(), late.millis()),
          CallEnding.TIMED_OUT,
          "did not answer within " + late.millis() + " ms (" + late.field() + ")");
    }
  }

  /** Settles and breaks off, as the sidecar ends. */
  void stop() {
    boolean hasClient = state != State.DRAINING && state != State.DONE;
    end(CallEnding.STOPPED, null);
    if (hasClient) {
      reply.breakOff();
    }
  }

  /**
   * The one way out.
   *
   * @param failure how the provider failed; null if it did not
   */
  private void end(CallEnding ending, @Nullable String failure) {
    if (state == State.DONE) {
      return;
    }
    boolean reached = state != State.CONNECTING;
    if (state == State.DRAINING) {
      loop.endDrain();
    }
    state = State.DONE;
    releaseRequest();
    releaseUpstream();
    // Who leaves while the provider is at it owes for the question, who gets an error does not.
    settle(reached && failure == null, failure);
    if (answer != null) {
      answer.close();
    }
    loop.observer.ended(route, provider, ending);
    loop.ended(this);
  }

  private void settle(boolean owes, @Nullable String failure) {
    try {
      admission.settle(answer, owes, failure);
    } catch (RuntimeException e) {
      // Thrown on, it would leave the client without the end of its answer.
      log.error("A call of LlmRoute/{} could not be settled", route, e);
    }
  }

  private void releaseRequest() {
    if (request != null) {
      request.release();
      request = null;
    }
    if (body != null) {
      body.release();
      body = null;
    }
  }

  private void releaseUpstream() {
    UpstreamConnection connection = upstream;
    upstream = null;
    if (connection == null) {
      return;
    }
    if (keepsUpstream && answer != null && answer.isWhole()) {
      connection.release();
    } else {
      connection.abandon();
    }
  }
}
