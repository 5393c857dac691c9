package dev.weir.proxy.config;

import dev.weir.protocol.FromSidecar;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one connection. Snapshots are handled one after the other and reading stops
 * meanwhile; an operator that is silent for too long is given up. On the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What can't be written closes the channel.
final class StreamHandler extends SimpleChannelInboundHandler<WebSocketFrame> {

  /** What the operator closes with; see RFC 6455 §7.4.2 for the range. */
  static final int TOKEN_REFUSED = 4401;

  static final int POD_UNKNOWN = 4404;

  /** Completes with the answer, null for none; with RefusedException for what is not JSON. */
  private final Function<String, CompletionStage<@Nullable FromSidecar>> install;

  private final long silenceMillis;
  private final Events events;
  private final Consumer<Ending> ending;

  private int installing;
  private boolean heard;
  private boolean asked;
  private @Nullable Future<?> watch;

  StreamHandler(
      Function<String, CompletionStage<@Nullable FromSidecar>> install,
      long silenceMillis,
      Events events,
      Consumer<Ending> ending) {
    this.install = install;
    this.silenceMillis = silenceMillis;
    this.events = events;
    this.ending = ending;
  }

  /** What the client wants to know; called on the event loop. */
  interface Events {

    /** The stream can be written to. */
    void opened(Channel channel);

    /** A snapshot was answered; it is in force unless it was refused. */
    void answered(FromSidecar answer);
  }

  static void send(Channel channel, FromSidecar frame) {
    channel.writeAndFlush(new TextWebSocketFrame(Frames.write(frame)));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    watch =
        ctx.executor()
            .scheduleWithFixedDelay(
                () -> watch(ctx), silenceMillis, silenceMillis, TimeUnit.MILLISECONDS);
    events.opened(ctx.channel());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (watch != null) {
      watch.cancel(false);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    switch (frame) {
      case TextWebSocketFrame text -> install(ctx, text.text());
      case PingWebSocketFrame ping ->
          ctx.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
      case PongWebSocketFrame pong -> {} // Its arrival is the message.
      case CloseWebSocketFrame close -> closed(ctx, close);
      default ->
          close(
              ctx,
              WebSocketCloseStatus.INVALID_MESSAGE_TYPE,
              "the operator sent a frame that is not text");
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // Also for a part of a frame: a large snapshot on a slow link is no silence.
    heard = true;
    ctx.fireChannelReadComplete();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ending.accept(new Ending.Failed("stream: " + cause));
    ctx.close();
  }

  private void install(ChannelHandlerContext ctx, String text) {
    installing++;
    ctx.channel().config().setAutoRead(false);
    install
        .apply(text)
        .whenCompleteAsync((answer, failure) -> installed(ctx, answer, failure), ctx.executor());
  }

  private void installed(
      ChannelHandlerContext ctx, @Nullable FromSidecar answer, @Nullable Throwable failure) {
    installing--;
    if (failure != null) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      close(
          ctx,
          cause instanceof RefusedException
              ? WebSocketCloseStatus.INVALID_PAYLOAD_DATA
              : WebSocketCloseStatus.INTERNAL_SERVER_ERROR,
          "a snapshot could not be handled: " + cause.getMessage());
      return;
    }
    if (answer != null) {
      // Also when this connection is gone: the snapshot is in force all the same.
      events.answered(answer);
      send(ctx.channel(), answer);
    }
    if (installing == 0) {
      heard = true;
      ctx.channel().config().setAutoRead(true);
    }
  }

  private void closed(ChannelHandlerContext ctx, CloseWebSocketFrame close) {
    ending.accept(
        switch (close.statusCode()) {
          case TOKEN_REFUSED -> new Ending.Failed("the operator refused the token or it expired");
          case POD_UNKNOWN -> new Ending.Hopeless("the operator does not know this pod");
          default ->
              new Ending.Failed(
                  "the operator closed with " + close.statusCode() + " " + close.reasonText());
        });
    ctx.close();
  }

  private void close(ChannelHandlerContext ctx, WebSocketCloseStatus status, String why) {
    ending.accept(new Ending.Failed(why));
    ctx.writeAndFlush(new CloseWebSocketFrame(status)).addListener(done -> ctx.close());
  }

  private void watch(ChannelHandlerContext ctx) {
    if (heard || installing > 0) {
      heard = false;
      asked = false;
    } else if (!asked) {
      asked = true;
      ctx.writeAndFlush(new PingWebSocketFrame());
    } else {
      ending.accept(new Ending.Failed("the operator is silent"));
      ctx.close();
    }
  }
}
