package dev.weir.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the application or a provider, used by one exchange at a time. (NOT thread
 * safe; event loop only.)
 *
 * <pre>
 * OPEN --attach--> ATTACHED --release--> RETURNING --read complete--> IDLE --attach--> ATTACHED
 *   any --closed, or bytes that nobody asked for--> closed
 * </pre>
 *
 * <p>RETURNING exists because bytes that follow a response in the same read must close the
 * connection, not become the next exchange's response.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  private final IdleConnections idle;
  private final Channel channel;
  private @Nullable ResponseListener listener;
  private boolean informational;
  private boolean returning;
  private boolean reused;
  long idleSinceNanos;

  UpstreamConnection(IdleConnections idle, Channel channel) {
    this.idle = idle;
    this.channel = channel;
  }

  /** From now on {@code listener} hears what arrives. */
  public void attach(ResponseListener listener) {
    this.listener = listener;
  }

  /** The connection's channel, to write to and to pause reading of. */
  public Channel channel() {
    return channel;
  }

  /** Whether an earlier exchange has used this connection. */
  public boolean reused() {
    return reused;
  }

  /** Closes it, and tells nobody. */
  public void abandon() {
    listener = null;
    returning = false;
    var _ = channel.close();
  }

  /**
   * Gives it back after request and response have both ended well. It becomes idle once what was
   * read with the response's end is known to be nothing.
   */
  public void release() {
    listener = null;
    returning = true;
    channel.config().setAutoRead(true);
  }

  /** Gives it back although it was not used at all. */
  public void releaseUnused() {
    idle.add(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ResponseListener hears = listener;
    if (hears == null) {
      ReferenceCountUtil.release(message);
      abandon();
      return;
    }
    DecoderResult result = ((HttpObject) message).decoderResult();
    if (result.isFailure()) {
      ReferenceCountUtil.release(message);
      fail(result.cause());
    } else if (message instanceof HttpResponse response) {
      head(hears, response);
    } else if (informational && message instanceof LastHttpContent) {
      informational = false;
      ReferenceCountUtil.release(message);
    } else {
      hears.onContent((HttpContent) message);
    }
  }

  private void head(ResponseListener hears, HttpResponse response) {
    if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      fail(new IllegalStateException("The other side switched protocols without being asked."));
    } else if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      informational = true;
      hears.onInformational(response);
    } else {
      hears.onHead(response);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (returning) {
      returning = false;
      reused = true;
      idle.add(this);
    } else if (listener != null) {
      listener.onReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (listener != null) {
      listener.onWritabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    idle.remove(this);
    fail(null);
  }

  /** The end of the TLS stream may come long before that of the connection. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent && listener == null) {
      abandon();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(cause);
  }

  private void fail(@Nullable Throwable cause) {
    ResponseListener hears = listener;
    abandon();
    if (hears != null) {
      hears.onBroken(cause);
    }
  }
}
