package dev.weir.proxy.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.proxy.testing.Leaks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of bytes that wait behind a request, and who owns them. */
@ExtendWith(Leaks.class)
class HoldingTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private final AtomicInteger reads = new AtomicInteger();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) throws Exception {
              reads.incrementAndGet();
              super.read(ctx);
            }
          },
          new RequestDecoder());

  @Test
  void nothingMoreIsReadOnceEnoughWaits() {
    ByteBuf flood = requests(1000);
    channel.writeInbound(flood);
    assertThat(channel.config().isAutoRead()).isFalse();
    reads.set(0);
    // What a loop still delivers of the read that it is in.
    channel.writeInbound(requests(10));
    channel.pipeline().fireChannelReadComplete();
    assertThat(reads).hasValue(0);
    channel.finishAndReleaseAll();
  }

  @Test
  void readingGoesOnOnceWhatWaitsIsFewAgain() {
    channel.writeInbound(requests(1000));
    reads.set(0);
    for (int i = 0; i < 1000; i++) {
      Object head = channel.readInbound();
      assertThat(head).isInstanceOf(Head.class);
      Object end = channel.readInbound();
      assertThat(end).isInstanceOf(LastHttpContent.class);
      channel.pipeline().get(RequestDecoder.class).proceed();
    }
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(reads.get()).isPositive();
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWaitsIsReleasedWhenTheConnectionEnds(boolean closesBehindItsBack) {
    ByteBuf first = requests(1000);
    ByteBuf second = requests(1000);
    channel.writeInbound(first);
    channel.writeInbound(second);
    assertThat(first.refCnt() + second.refCnt()).isPositive();
    if (closesBehindItsBack) {
      // As a loop that stops does.
      channel.unsafe().close(channel.voidPromise());
      channel.runPendingTasks();
    } else {
      var _ = channel.close();
    }
    assertThat(first.refCnt()).isZero();
    assertThat(second.refCnt()).isZero();
    channel.finishAndReleaseAll();
  }

  private static ByteBuf requests(int count) {
    return Unpooled.buffer(count * GET.length())
        .writeBytes(GET.repeat(count).getBytes(StandardCharsets.US_ASCII));
  }
}
