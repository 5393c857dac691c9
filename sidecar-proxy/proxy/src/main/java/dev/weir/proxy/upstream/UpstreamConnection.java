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
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the application, used by one exchange at a time. (NOT thread safe; event loop
 * only.)
 *
 * <pre>
 * OPEN --attach--> ATTACHED --Pool.release--> RETURNING --read complete--> IDLE --attach--> ATTACHED
 *   any --closed, or bytes that nobody asked for--> closed
 * </pre>
 *
 * <p>RETURNING exists because bytes that follow a response in the same read must close the
 * connection, not become the next exchange's response.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  private final Pool pool;
  private final Channel channel;
  private @Nullable ResponseListener listener;
  private boolean informational;
  private boolean returning;
  private boolean reused;
  long idleSinceNanos;

  UpstreamConnection(Pool pool, Channel channel) {
    this.pool = pool;
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

  void returned() {
    listener = null;
    returning = true;
    channel.config().setAutoRead(true);
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
      fail(new IllegalStateException("The application switched protocols without being asked."));
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
      pool.idle(this);
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
    pool.closed(this);
    fail(null);
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
