package dev.weir.proxy.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.proxy.exchange.Ending;
import dev.weir.proxy.exchange.Settings;
import dev.weir.proxy.testing.Leaks;
import dev.weir.proxy.testing.Origin;
import dev.weir.proxy.testing.RawClient;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Big bodies, slow peers, many clients, the end of the process. */
@ExtendWith(Leaks.class)
@SuppressWarnings("StringConcatToTextBlock") // CRLF is what is tested.
class BoundsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final int MIB = 1 << 20;

  @Test
  void bigBodiesArriveExactlyBothWays() throws Exception {
    byte[] body = new byte[8 * MIB];
    new Random(1).nextBytes(body);
    String digest = digest(body);
    try (TestProxy proxy = new TestProxy();
        RawClient client = proxy.client()) {
      proxy.origin.script(
          call -> {
            byte[] received = call.in().readNBytes(body.length);
            call.say(
                "HTTP/1.1 200 OK\r\nX-Digest: "
                    + digest(received)
                    + "\r\nContent-Length: "
                    + body.length
                    + "\r\n\r\n");
            call.out().write(received);
            return true;
          });
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n");
      client.send(body);
      assertThat(client.head()).contains("X-Digest: " + digest + "\r\n");
      byte[] back = client.socket().getInputStream().readNBytes(body.length);
      assertThat(digest(back)).isEqualTo(digest);
    }
  }

  @Test
  void slowReaderStopsTheApplication() throws Exception {
    AtomicLong written = new AtomicLong();
    try (TestProxy proxy = new TestProxy()) {
      proxy.origin.script(
          call -> {
            call.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] chunk = new byte[MIB];
            for (int i = 0; i < 256; i++) {
              call.say("100000\r\n");
              call.out().write(chunk);
              call.say("\r\n");
              written.addAndGet(chunk.length);
            }
            return call.say("0\r\n\r\n");
          });
      try (RawClient client = proxy.client()) {
        client.socket().setReceiveBufferSize(65536);
        client.send(GET);
        client.head();
        assertStopsBelow(written, 200 * MIB);
      }
      Awaitility.await().until(() -> proxy.endings(Ending.CLIENT_ABORTED) == 1);
    }
  }

  @Test
  void slowApplicationStopsTheClient() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    AtomicLong written = new AtomicLong();
    try (TestProxy proxy = new TestProxy();
        RawClient client = proxy.client()) {
      proxy.origin.script(silentUntil(end));
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + 256 * MIB + "\r\n\r\n");
      Thread upload =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 256; i++) {
                        client.send(new byte[MIB]);
                        written.addAndGet(MIB);
                      }
                    } catch (IOException e) {
                      // The proxy closes.
                    }
                  });
      assertStopsBelow(written, 200 * MIB);
      end.countDown();
      upload.join(20_000);
    }
  }

  /** An application that neither reads nor answers, and then hangs up. */
  private static Origin.Script silentUntil(CountDownLatch end) {
    return call -> {
      end.await(60, TimeUnit.SECONDS);
      return false;
    };
  }

  /** Waits until nothing moves any more, and looks at what the proxy holds meanwhile. */
  private static void assertStopsBelow(AtomicLong written, long bytes) {
    AtomicLong before = new AtomicLong(-1);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(60))
        .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
    assertThat(written.get()).isLessThan(bytes);
    assertThat(PlatformDependent.usedDirectMemory()).isLessThan(64L * MIB);
  }

  @Test
  void floodOfPipelinedRequestsIsNotBuffered() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    AtomicLong written = new AtomicLong();
    try (TestProxy proxy = new TestProxy();
        RawClient client = proxy.client()) {
      proxy.origin.script(silentUntil(end));
      flood(client, written);
      assertStopsBelow(written, 64 * MIB);
      end.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void connectionEndsInTheMiddleOfAFlood(boolean loopStops) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    AtomicLong written = new AtomicLong();
    try (TestProxy proxy = new TestProxy();
        RawClient client = proxy.client()) {
      proxy.origin.script(silentUntil(end));
      flood(client, written);
      Awaitility.await().until(() -> written.get() > 0 && proxy.origin.connections() == 1);
      if (loopStops) {
        proxy.stopLoops();
      } else {
        client.socket().setSoLinger(true, 0);
        client.socket().close();
      }
      // What the connection had read is released before it counts as closed; see Leaks for the
      // rest.
      Awaitility.await().until(() -> proxy.connections.get() == 0);
      assertThat(proxy.endings(Ending.CLIENT_ABORTED)).isEqualTo(1);
      end.countDown();
    }
  }

  private static void flood(RawClient client, AtomicLong written) {
    byte[] flood = GET.repeat(40_000).getBytes(StandardCharsets.US_ASCII);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                for (int i = 0; i < 256; i++) {
                  client.send(flood);
                  written.addAndGet(flood.length);
                }
              } catch (IOException e) {
                // The connection ends.
              }
            });
  }

  @Test
  void slowHeadsAndIdleClientsEnd() throws Exception {
    Settings hasty =
        new Settings(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofMillis(500), false);
    try (TestProxy proxy = new TestProxy(hasty, 10);
        RawClient slow = proxy.client();
        RawClient idle = proxy.client();
        RawClient stalled = proxy.client()) {
      slow.send("GET / HTTP/1.1\r\nHos");
      stalled.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na");
      assertThat(slow.rest()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
      assertThat(idle.rest()).isEmpty();
      assertThat(stalled.rest()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
      Awaitility.await().until(() -> proxy.connections.get() == 0);
    }
  }

  @Test
  void oneTooManyGetsA503() throws Exception {
    try (TestProxy proxy = new TestProxy(TestProxy.PATIENT, 1);
        RawClient first = proxy.client()) {
      first.send(GET);
      assertThat(first.response()).startsWith("HTTP/1.1 200 ");
      try (RawClient second = proxy.client()) {
        second.send(GET);
        assertThat(second.response()).startsWith("HTTP/1.1 503 ").endsWith("}\n");
      }
    }
  }

  @Test
  void drainEndsIdleConnectionsAndTheOthersWithTheirResponse() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (TestProxy proxy = new TestProxy();
        RawClient idle = proxy.client();
        RawClient busy = proxy.client()) {
      idle.send(GET);
      idle.response();
      proxy.origin.script(
          call -> {
            go.await(60, TimeUnit.SECONDS);
            return call.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          });
      busy.send(GET);
      Awaitility.await().until(() -> proxy.origin.heads().size() == 2);
      proxy.plane.drain();
      assertThat(idle.rest()).isEmpty();
      go.countDown();
      assertThat(busy.rest()).contains("connection: close\r\n").endsWith("\r\n\r\nok");
      try (RawClient late = proxy.client()) {
        late.send(GET);
        assertThat(late.rest()).contains("connection: close\r\n").endsWith("\r\n\r\nok");
      }
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
