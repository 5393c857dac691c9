package dev.weir.proxy.llm;

import dev.weir.limits.Outcome;
import dev.weir.proxy.exchange.ClientConnection;
import dev.weir.proxy.exchange.Responses;
import dev.weir.proxy.inbound.Head;
import dev.weir.proxy.policy.Charged;
import dev.weir.proxy.policy.RouteRules;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/** What the client of one call gets. (NOT thread safe; event loop only.) */
final class Reply {

  private final LlmLoop loop;
  private final ClientConnection client;
  private final Head head;
  private final @Nullable RouteRules rules;
  private @Nullable Charged charged;
  private @Nullable Outcome outcome;
  private boolean closes;
  private boolean untilClose = true;

  Reply(LlmLoop loop, ClientConnection client, Head head, @Nullable RouteRules rules) {
    this.loop = loop;
    this.client = client;
    this.head = head;
    this.rules = rules;
  }

  /** From now on the client learns how its limits stand. */
  void decided(Charged by, Outcome how) {
    charged = by;
    outcome = how;
  }

  /** Lets the client send the body that it holds back, and the decoder read it. */
  void askForBody() {
    if (head.expectsContinue()) {
      var _ =
          client
              .channel()
              .writeAndFlush(
                  new DefaultFullHttpResponse(
                      HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
    client.decoder().proceed();
  }

  /** Answers with an error of our own. */
  void refuse(LlmError error) {
    respond(LlmService.response(error), client.closesAfter(head, true));
  }

  /** The same, and ends the connection with it. */
  void refuseAndClose(LlmError error) {
    respond(LlmService.response(error), true);
  }

  /** Answers with a body of our own. */
  void json(byte[] body) {
    respond(LlmService.response(HttpResponseStatus.OK, body), client.closesAfter(head, true));
  }

  private void respond(FullHttpResponse response, boolean close) {
    closes = close;
    writeFields(response.headers());
    var _ = client.channel().write(response);
    client.exchangeEnded(close);
  }

  /** Begins with the provider's answer. */
  void begin(HttpResponse response) {
    ProviderFields.cleanAnswer(response.headers());
    untilClose = Responses.prepare(response, head.method(), head.http10());
    closes = untilClose || client.closesAfter(head, false);
    writeFields(response.headers());
    var _ = client.channel().write(response);
  }

  private void writeFields(HttpHeaders headers) {
    if (charged != null && outcome != null) {
      charged.writeFields(headers, outcome, loop.clock.millis());
    }
    String revision = loop.settings.debugHeaders() && rules != null ? rules.revision() : null;
    Responses.writeOwn(headers, revision, closes, head.http10());
  }

  /** Goes on with a piece, which it owns. */
  void pass(ByteBuf bytes) {
    var _ = client.channel().write(new DefaultHttpContent(bytes));
  }

  void flush() {
    client.channel().flush();
  }

  /** The provider's answer is whole. */
  void end() {
    var _ = client.channel().write(LastHttpContent.EMPTY_LAST_CONTENT);
    client.exchangeEnded(closes);
  }

  /** The client must not take for whole what it has of an answer, if it has any. */
  void breakOff() {
    client.exchangeAborted(untilClose);
  }

  /** Whether the client takes what is written. */
  boolean isRead() {
    return client.channel().isWritable();
  }

  ByteBufAllocator alloc() {
    return client.channel().alloc();
  }
}
