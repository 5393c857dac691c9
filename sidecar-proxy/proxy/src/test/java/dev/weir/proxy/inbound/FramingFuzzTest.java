package dev.weir.proxy.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever bytes come in whatever pieces: no exception, no second request out of one. */
class FramingFuzzTest {
  private static final String[] PIECES = {
    "GET ",
    "POST ",
    "/",
    "/a",
    "*",
    "http://x/",
    " HTTP/1.1",
    " HTTP/1.0",
    "\r\n",
    "\n",
    "\r",
    " ",
    "\t",
    "\0",
    "Host: x",
    "Host:",
    "Content-Length: 3",
    "Content-Length: 03",
    "Content-Length: 3, 3",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding:\u000bchunked",
    "Transfer-Encoding: gzip, chunked",
    "Expect: 100-continue",
    "Connection: close",
    "X: y",
    "\r\n\r\n",
    "0\r\n\r\n",
    "3\r\nabc\r\n",
    "abc",
    ";ext",
    ":",
    "_",
    "\u00ff",
    "Trailer: x"
  };

  @Property(tries = 3000, seed = "7")
  void anyBytesEndInHeadsBodiesOrOneRefusal(@ForAll("messages") String text, @ForAll byte cut) {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder());
    List<Object> seen = new ArrayList<>();
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int at = bytes.length == 0 ? 0 : (cut & 0xff) % bytes.length;
    channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, at));
    FramingTest.drain(channel, seen);
    channel.writeInbound(Unpooled.copiedBuffer(bytes, at, bytes.length - at));
    FramingTest.drain(channel, seen);
    channel.checkException();
    channel.finishAndReleaseAll();
    long refusals = seen.stream().filter(Refusal.class::isInstance).count();
    assertThat(refusals).isLessThanOrEqualTo(1);
    if (refusals == 1) {
      assertThat(seen.getLast()).isInstanceOf(Refusal.class);
    }
  }

  /** A good request in any pieces is one request, with the body that its length says. */
  @Property(tries = 1000, seed = "11")
  void oneRequestIsOneRequest(@ForAll("messages") String body, @ForAll byte cut) {
    byte[] content = body.getBytes(StandardCharsets.ISO_8859_1);
    String text =
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + content.length + "\r\n\r\n" + body;
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int at = (cut & 0xff) % bytes.length;
    EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder());
    List<Object> seen = new ArrayList<>();
    channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, at));
    FramingTest.drain(channel, seen);
    channel.writeInbound(Unpooled.copiedBuffer(bytes, at, bytes.length - at));
    FramingTest.drain(channel, seen);
    channel.finishAndReleaseAll();
    assertThat(seen.stream().filter(Head.class::isInstance)).hasSize(1);
    assertThat(seen.stream().filter(Refusal.class::isInstance)).isEmpty();
  }

  @Provide
  Arbitrary<String> messages() {
    return Arbitraries.of(PIECES).list().ofMaxSize(24).map(pieces -> String.join("", pieces));
  }
}
