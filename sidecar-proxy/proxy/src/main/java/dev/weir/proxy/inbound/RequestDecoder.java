package dev.weir.proxy.inbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one request at a time, and only as fast as it is asked to. Emits a {@link HeadResult},
 * then for a {@link Head} the body as {@link io.netty.handler.codec.http.HttpContent}.
 *
 * <p>After each head and after each request it <em>holds</em>: further bytes wait undecoded, and
 * once more than {@value #HELD_BYTES} wait, reading from the socket stops as well. {@link
 * #proceed()} lets it go on. So pipelined requests are served in turn, and no body byte is seen
 * before somebody wants it.
 *
 * <pre>
 * HEAD --head--> HELD --proceed--> BODY --last--> HELD --proceed--> HEAD
 *   any --refusal--> CLOSED (discards everything)
 * </pre>
 */
public final class RequestDecoder extends HttpRequestDecoder {
  private static final int HELD_BYTES = 16384;
  private static final int MAX_CHUNK = 65536;

  private final HeadScan scan = new HeadScan();
  private @Nullable ChannelHandlerContext context;
  private boolean held;
  private boolean inBody;
  private boolean closed;
  private boolean reading;
  private boolean kicked;

  /** A decoder for one connection, waiting for its first head. */
  public RequestDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(HeadScan.MAX_REQUEST_LINE)
            .setMaxHeaderSize(HeadScan.MAX_HEADER_SECTION)
            .setMaxChunkSize(MAX_CHUNK));
  }

  /** Holds the body back until {@link #proceed()}. Event loop only. */
  public void hold() {
    held = true;
  }

  /** Goes on with the body or the next request. Event loop only. */
  public void proceed() {
    ChannelHandlerContext ctx = context;
    if (!held || ctx == null) {
      return;
    }
    held = false;
    kicked = true;
    if (!reading) {
      decodeHeld(ctx);
      adjustReading(ctx);
      ctx.fireChannelReadComplete();
    }
  }

  /** Reads and forgets whatever still comes, for good. Event loop only. */
  public void discardRest() {
    closed = true;
    held = true;
    proceed();
  }

  /** Whether nothing is decoded for now. */
  public boolean isHeld() {
    return held;
  }

  /** Whether a request's first bytes have arrived but not its whole head. */
  public boolean awaitsRestOfHead() {
    return !held && !inBody && !closed && actualReadableBytes() > 0;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    reading = true;
    try {
      super.channelRead(ctx, message);
    } finally {
      reading = false;
    }
    decodeHeld(ctx);
    adjustReading(ctx);
  }

  /**
   * Without the superclass's {@code ctx.read()}: it asks for bytes until a message comes, and while
   * this holds none may come, so a client could fill the memory.
   */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    discardSomeReadBytes();
    ctx.fireChannelReadComplete();
  }

  private void adjustReading(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(!held || actualReadableBytes() <= HELD_BYTES);
  }

  private void decodeHeld(ChannelHandlerContext ctx) {
    while (kicked && !held) {
      kicked = false;
      reading = true;
      try {
        super.channelRead(ctx, Unpooled.EMPTY_BUFFER);
      } catch (Exception e) {
        ctx.fireExceptionCaught(e);
      } finally {
        reading = false;
      }
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
      throws Exception {
    if (closed) {
      bytes.skipBytes(bytes.readableBytes());
    } else if (held) {
      return;
    } else if (inBody) {
      decodeBody(ctx, bytes, out);
    } else {
      decodeHead(ctx, bytes, out);
    }
  }

  private void decodeHead(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
      throws Exception {
    int length = scan.scan(bytes);
    if (length == HeadScan.INCOMPLETE) {
      return;
    }
    if (length == HeadScan.REFUSED) {
      refuse(bytes, out, scan.refusal());
      return;
    }
    scan.reset();
    int first = out.size();
    super.decode(ctx, bytes, out);
    HeadResult head = HeadRules.inspect((HttpRequest) out.get(first));
    if (head instanceof Refusal refusal) {
      out.subList(first, out.size()).clear();
      refuse(bytes, out, refusal);
      return;
    }
    out.set(first, head);
    held = true;
    inBody = out.size() == first + 1;
  }

  private void decodeBody(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
      throws Exception {
    int first = out.size();
    super.decode(ctx, bytes, out);
    for (int i = first; i < out.size(); i++) {
      HttpObject part = (HttpObject) out.get(i);
      if (part.decoderResult().isFailure()) {
        closed = true;
      } else if (part instanceof LastHttpContent last) {
        Trailers.keepListed(last.trailingHeaders());
        inBody = false;
        held = true;
      }
    }
  }

  private void refuse(ByteBuf bytes, List<Object> out, Refusal refusal) {
    closed = true;
    bytes.skipBytes(bytes.readableBytes());
    out.add(refusal);
  }
}
