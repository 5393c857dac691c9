package dev.weir.proxy.exchange;

import dev.weir.proxy.inbound.Head;
import dev.weir.proxy.inbound.Refusal;
import dev.weir.proxy.inbound.RequestDecoder;
import dev.weir.proxy.inbound.ResponseEncoder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection: one exchange after the other, and what lies between them. (NOT thread
 * safe; event loop only.)
 *
 * <pre>
 * WAITING --head--> EXCHANGE --ended, request read--> WAITING
 *                   EXCHANGE --ended, body unread--> DISCARDING --rest small--> WAITING
 *                                                     DISCARDING --rest big--> LINGERING
 *  any --refusal, last response--> LINGERING --peer closed, or time--> closed
 *  any --peer gone, broken--> closed
 * </pre>
 */
public final class ClientConnection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);

  /** So much of a body that nobody wants is read, to keep the connection. */
  static final int MAX_DISCARDED = 65536;

  private enum State {
    WAITING,
    EXCHANGE,
    DISCARDING,
    LINGERING
  }

  private final Loop loop;
  private final Service service;
  private final Channel channel;
  private final RequestDecoder decoder;
  private final ResponseEncoder encoder;
  private final String peer;
  private State state = State.WAITING;
  private @Nullable Exchange exchange;
  private boolean requestEnded = true;
  private int discarded;

  /** Set by whatever shows that the client is alive, cleared by each sweep. */
  private boolean active = true;

  private long quietSinceNanos;
  private long headSinceNanos;
  private boolean headBegun;
  private long unwritten;

  /** Drives a channel whose pipeline begins with these two; {@code service} answers. */
  public ClientConnection(
      Loop loop,
      Service service,
      Channel channel,
      RequestDecoder decoder,
      ResponseEncoder encoder) {
    this.loop = loop;
    this.service = service;
    this.channel = channel;
    this.decoder = decoder;
    this.encoder = encoder;
    this.peer = address(channel.remoteAddress());
  }

  private static String address(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : "unknown";
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    quietSinceNanos = loop.nanoTime.getAsLong();
    loop.opened(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    active = true;
    switch (message) {
      case Head head -> begin(head);
      case Refusal refusal -> refuse(refusal);
      case HttpContent content -> content(content);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void begin(Head head) {
    state = State.EXCHANGE;
    requestEnded = !head.hasBody();
    encoder.answersHead(head.method().name().equals("HEAD"));
    exchange = service.exchange(this, head);
    exchange.start();
  }

  private void refuse(Refusal refusal) {
    encoder.answersHead(false);
    respondAndClose(service.refused(refusal.status(), refusal.detail()));
  }

  private void respondAndClose(FullHttpResponse response) {
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    var _ = channel.write(response);
    linger();
  }

  private void content(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (content.decoderResult().isFailure()) {
      content.release();
      brokenBody();
      return;
    }
    requestEnded |= last;
    if (state == State.EXCHANGE && exchange != null) {
      exchange.requestContent(content, last);
      return;
    }
    discarded += content.content().readableBytes();
    content.release();
    if (state == State.DISCARDING) {
      if (last) {
        next();
      } else if (discarded > MAX_DISCARDED) {
        linger();
      }
    }
  }

  private void brokenBody() {
    if (exchange != null) {
      exchange.requestBroken();
    } else {
      linger();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.requestReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.clientWritabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.closed(this);
    if (exchange != null) {
      exchange.clientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      log.error("A client's connection is closed after an unexpected failure", cause);
    }
    var _ = channel.close();
  }

  /** For {@code X-Forwarded-For}. */
  String peer() {
    return peer;
  }

  /** The connection's channel, to write responses to; flushed at the end of an exchange. */
  public Channel channel() {
    return channel;
  }

  /** Holds the rest of the request back, or lets it come. */
  public RequestDecoder decoder() {
    return decoder;
  }

  /** Whether the request was read to its end. */
  public boolean requestEnded() {
    return requestEnded;
  }

  /** Whether the connection ends after this response, as far as is known at its head. */
  public boolean closesAfter(Head head, boolean rejected) {
    if (!head.keepAlive() || draining()) {
      return true;
    }
    // Who waits for a 100 may send the body after all, or the next request.
    return !requestEnded
        && (head.expectsContinue()
            || (rejected && (head.contentLength() < 0 || head.contentLength() > MAX_DISCARDED)));
  }

  /** The exchange has written its whole response. */
  public void exchangeEnded(boolean close) {
    exchange = null;
    if (close || draining()) {
      linger();
    } else if (requestEnded) {
      channel.flush();
      next();
    } else {
      channel.flush();
      state = State.DISCARDING;
      discarded = 0;
      decoder.proceed();
    }
  }

  /**
   * The response cannot be completed, and the client must not take it for whole.
   *
   * @param untilClose whether an orderly close would say that it is (RFC 9112 section 8)
   */
  public void exchangeAborted(boolean untilClose) {
    exchange = null;
    if (untilClose) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    } else {
      channel.flush();
    }
    var _ = channel.close();
  }

  private void next() {
    state = State.WAITING;
    quietSinceNanos = loop.nanoTime.getAsLong();
    if (draining()) {
      linger();
    } else if (channel.isActive()) {
      // Else requests that wait behind a closed connection would still be charged and forwarded.
      decoder.proceed();
    }
  }

  /**
   * Sends what is written and the end of the stream, then waits for the peer's: closing with unread
   * bytes would reset the connection and could destroy the response (RFC 9112 section 9.6).
   */
  private void linger() {
    if (state == State.LINGERING) {
      return;
    }
    state = State.LINGERING;
    active = false;
    quietSinceNanos = loop.nanoTime.getAsLong();
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  if (written.isSuccess() && channel instanceof DuplexChannel duplex) {
                    var _ = duplex.shutdownOutput();
                  } else {
                    var _ = channel.close();
                  }
                });
    decoder.discardRest();
  }

  private boolean draining() {
    return loop.draining() || service.closed();
  }

  Service service() {
    return service;
  }

  /** Ends the connection after the exchange that it is at, or now. */
  void drain() {
    if (state == State.WAITING && !decoder.awaitsRestOfHead()) {
      linger();
    }
  }

  /** Ends what takes too long. */
  void sweep(long now) {
    switch (state) {
      case WAITING -> sweepHead(now);
      case EXCHANGE, DISCARDING -> sweepBody(now);
      case LINGERING -> {
        if (isOver(quietSinceNanos, now, loop.settings.linger())) {
          var _ = channel.close();
        }
      }
    }
    active = false;
  }

  private void sweepHead(long now) {
    boolean begun = decoder.awaitsRestOfHead();
    if (begun && !headBegun) {
      headSinceNanos = now;
    }
    headBegun = begun;
    if (begun && isOver(headSinceNanos, now, loop.settings.head())) {
      encoder.answersHead(false);
      respondAndClose(
          service.refused(
              HttpResponseStatus.REQUEST_TIMEOUT,
              "The head of the request did not arrive within "
                  + loop.settings.head().toSeconds()
                  + " s."));
    } else if (!begun && isOver(quietSinceNanos, now, loop.settings.idle())) {
      linger();
    }
  }

  private void sweepBody(long now) {
    long pending = channel.isActive() ? channel.bytesBeforeWritable() : 0;
    boolean doesNotRead = pending > 0 && pending == unwritten;
    boolean doesNotSend =
        !requestEnded && !decoder.isHeld() && (exchange == null || exchange.awaitsBody());
    unwritten = pending;
    if (active || !(doesNotRead || doesNotSend)) {
      quietSinceNanos = now;
    } else if (isOver(quietSinceNanos, now, loop.settings.idle())) {
      if (exchange != null) {
        exchange.clientStalled();
      } else {
        linger();
      }
    }
  }

  private static boolean isOver(long since, long now, Duration bound) {
    return now - since >= bound.toNanos();
  }
}
