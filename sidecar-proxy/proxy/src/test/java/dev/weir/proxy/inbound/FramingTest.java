package dev.weir.proxy.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.proxy.testing.Leaks;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The probes of RFC 9112 and of known smuggling attacks, byte by byte. */
@ExtendWith(Leaks.class)
@SuppressWarnings("StringConcatToTextBlock") // CRLF is what is tested.
class FramingTest {
  private static final String HOST = "Host: x\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        // the request line
        "400 GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET /  HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET /\tHTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
        "400 GET / HTTP/1.1 x\r\nHost: x\r\n\r\n",
        "400  GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 \nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 \r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 \0GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET /\r\nHost: x\r\n\r\n",
        "400 GET\r\nHost: x\r\n\r\n",
        "400 G(T / HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET foo HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET * HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 PRI * HTTP/1.1\r\nHost: x\r\n\r\n",
        "505 PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "400 GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET /\u0001 HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET /\u007f HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET /\u00e4 HTTP/1.1\r\nHost: x\r\n\r\n",
        "505 GET / HTTP/1.9\r\nHost: x\r\n\r\n",
        "505 GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        "505 GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "400 GET / http/1.1\r\nHost: x\r\n\r\n",
        "400 GET / HTTP/1.10\r\nHost: x\r\n\r\n",
        "400 GET / HTTP/1,1\r\nHost: x\r\n\r\n",
        "501 CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n",
        "400 \u0016\u0003\u0001",
        // lines
        "400 GET / HTTP/1.1\nHost: x\n\n",
        "400 GET / HTTP/1.1\r\nHost: x\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\n\n",
        "400 GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n\tb\r\n\r\n",
        "400 GET / HTTP/1.1\r\n Host: x\r\n\r\n",
        // names and values
        "400 GET / HTTP/1.1\r\nHost: x\r\nX : a\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nX\t: a\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nX\u000b: a\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nX(: a\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nX\u00e4: a\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nX: a\u0001b\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nTransfer_Encoding: chunked\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nContent_Length: 3\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 1.1.1.1\r\n\r\n",
        // Host
        "400 GET / HTTP/1.1\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: a b@c/d\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x, y\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x:99999\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: x:1:2\r\n\r\n",
        "400 GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
        "400 GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET http://x:81/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET http://u@x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "400 GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        // Content-Length and Transfer-Encoding
        "400 POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5,5\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \"chunked\"\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked;a=b\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n\r\n",
        "400 POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n , x\r\n\r\n",
        "501 POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "501 POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n",
        "400 POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        // Expect and Upgrade
        "417 POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue, x\r\nContent-Length: 3\r\n\r\n",
        "417 POST / HTTP/1.1\r\nHost: x\r\nExpect: x\r\nContent-Length: 3\r\n\r\n",
        "501 GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      })
  void refuses(String probe) {
    List<Object> seen = decode(probe.substring(4));
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst())
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal ->
                assertThat(refusal.status().code())
                    .isEqualTo(Integer.parseInt(probe.substring(0, 3))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "z\r\nabc\r\n0\r\n\r\n",
        "3 \r\nabc\r\n0\r\n\r\n",
        "+3\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n",
        "3;a\nb\r\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nabc0\r\n\r\n",
        "fffffffff\r\nabc\r\n0\r\n\r\n",
        "3\r\nabc\r\n0\r\nX : y\r\n\r\n",
      })
  void refusesChunks(String body) {
    List<Object> seen =
        decode("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body);
    assertThat(seen.getFirst()).isInstanceOf(Head.class);
    assertThat(((HttpObject) seen.getLast()).decoderResult().isFailure()).isTrue();
  }

  @Test
  void capsHeads() {
    assertStatus(decode("GET /" + "a".repeat(9000) + " HTTP/1.1\r\n" + HOST + "\r\n"), 414);
    assertStatus(decode("GET /" + "a".repeat(9000)), 414);
    assertStatus(decode("GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(101) + HOST + "\r\n"), 431);
    assertStatus(
        decode("GET / HTTP/1.1\r\nX: " + "y".repeat(17_000) + "\r\n" + HOST + "\r\n"), 431);
    assertStatus(decode("GET / HTTP/1.1\r\nX: " + "y".repeat(60_000)), 431);
    assertThat(decode("GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(99) + HOST + "\r\n").getFirst())
        .isInstanceOf(Head.class);
  }

  private static void assertStatus(List<Object> seen, int status) {
    assertThat(seen).hasSize(1);
    assertThat(((Refusal) seen.getFirst()).status().code()).isEqualTo(status);
  }

  @Test
  void oneEmptyLineBeforeARequestIsIgnored() {
    assertThat(decode("\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n").getFirst())
        .isInstanceOf(Head.class);
  }

  @Test
  void bytesOneByOneAreTheSame() {
    String text =
        "POST /a HTTP/1.1\r\n"
            + HOST
            + "Content-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\n"
            + HOST
            + "\r\n";
    EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder());
    List<Object> seen = new ArrayList<>();
    for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
      drain(channel, seen);
    }
    channel.finishAndReleaseAll();
    assertThat(seen.stream().filter(Head.class::isInstance).map(head -> ((Head) head).target()))
        .containsExactly("/a", "/b");
  }

  @Test
  void nothingIsDecodedBehindARefusal() {
    assertThat(decode("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n")).hasSize(1);
  }

  private static List<Object> decode(String text) {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder());
    List<Object> seen = new ArrayList<>();
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    drain(channel, seen);
    channel.finishAndReleaseAll();
    return seen;
  }

  /** Takes what is there, asking for more after each head and each request, as an exchange does. */
  static void drain(EmbeddedChannel channel, List<Object> seen) {
    Object message = channel.readInbound();
    while (message != null) {
      seen.add(message);
      if ((message instanceof Head head && head.hasBody())
          || (message instanceof LastHttpContent last && last.decoderResult().isSuccess())) {
        channel.pipeline().get(RequestDecoder.class).proceed();
      }
      if (message instanceof HttpContent) {
        ReferenceCountUtil.release(message);
      }
      message = channel.readInbound();
    }
  }
}
