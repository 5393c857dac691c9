package dev.weir.proxy.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.proxy.testing.Leaks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(Leaks.class)
class SseScannerTest {
  private static final int SMALL = 64;

  static List<String> streams() {
    return Corpus.names("streams");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data: a~~ | a",
        "data:a~~data:  b~~ | a; b",
        "data: a~data: b~data:~data: c~~ | a_b__c",
        "data~~ | ''",
        ": comment~~data: a~~ | a",
        "event: x~id: 1~retry: 5~data: a~~ | a",
        "database: x~~Data: y~~ data: z~~data : w~~ | none",
        "data: a | a",
        "data: a~ | a",
        "~~~~data: a~~~~ | a",
        "data: a:b: c~~ | a:b: c"
      })
  void readsData(String lines, String expected) {
    List<String> data = expected.equals("none") ? List.of() : List.of(expected.split(";", -1));
    for (String end : List.of("\n", "\r\n", "\r")) {
      Sink sink = scan(bytes(lines.replace("~", end)), Integer.MAX_VALUE, new Random(1));
      assertThat(sink.data).isEqualTo(data.stream().map(d -> d.replace('_', '\n')).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("streams")
  void splitAnywhereIsTheSame(String name) {
    byte[] stream = Corpus.read(name);
    List<String> expected = reference(stream);
    for (int at = 0; at <= stream.length; at++) {
      Sink sink = new Sink();
      UnpooledByteBufAllocator allocator = counting();
      SseScanner scanner = new SseScanner(allocator, sink);
      scanner.feed(buffer(allocator, stream, 0, at));
      scanner.feed(buffer(allocator, stream, at, stream.length));
      scanner.end();
      assertReleased(allocator);
      assertThat(sink.data).as("split at %d", at).isEqualTo(expected);
      assertThat(sink.bytes.toByteArray()).isEqualTo(stream);
      assertThat(sink.unread).isZero();
    }
  }

  @Test
  void handsOutAnEventWithItsLastByte() {
    for (String end : List.of("\n\n", "\r\n\r\n", "\r\r", "\r\n\n", "\n\r\n")) {
      byte[] event = bytes("data: a" + end);
      Sink sink = new Sink();
      try (SseScanner scanner = new SseScanner(ByteBufAllocator.DEFAULT, sink)) {
        int cut = event.length - (end.endsWith("\r\n") ? 2 : 1);
        scanner.feed(buffer(event, 0, cut));
        assertThat(sink.data).isEmpty();
        scanner.feed(buffer(event, cut, event.length));
        assertThat(sink.data).containsExactly("a");
        assertThat(sink.bytes.toByteArray()).isEqualTo(event);
      }
    }
  }

  /** A client that splits at CR LF CR LF must not wait for the last byte until the next event. */
  @Test
  void handsOnTheLineFeedThatComesAlone() {
    Sink sink = new Sink();
    try (SseScanner scanner = new SseScanner(ByteBufAllocator.DEFAULT, sink)) {
      scanner.feed(Unpooled.copiedBuffer(bytes("data: a\r\n\r")));
      assertThat(sink.data).containsExactly("a");
      scanner.feed(Unpooled.copiedBuffer(bytes("\n")));
      assertThat(sink.bytes).hasToString("data: a\r\n\r\n");
      scanner.feed(Unpooled.copiedBuffer(bytes("\ndata: b\n\n")));
      assertThat(sink.data).containsExactly("a", "b");
      assertThat(sink.bytes).hasToString("data: a\r\n\r\n\ndata: b\n\n");
    }
  }

  @Test
  void wholeEventsAreNotCopied() {
    ByteBuf in = ByteBufAllocator.DEFAULT.buffer().writeBytes(bytes("data: a\n\ndata: b\n\n"));
    List<ByteBuf> raws = new ArrayList<>();
    SseScanner scanner =
        new SseScanner(
            ByteBufAllocator.DEFAULT,
            new SseScanner.Listener() {
              @Override
              public void event(ByteBuf raw, @Nullable ByteBuf data) {
                raws.add(raw);
              }

              @Override
              public void unread(ByteBuf raw) {
                raws.add(raw);
              }
            });
    scanner.feed(in);
    scanner.end();
    assertThat(raws).hasSize(2);
    // Only slices hold on to it.
    assertThat(in.refCnt()).isEqualTo(2);
    raws.forEach(ByteBuf::release);
    assertThat(in.refCnt()).isZero();
  }

  @Test
  void tooLongEventsPassUnread() {
    String large = "data: " + "x".repeat(SMALL) + "\n\n";
    byte[] stream = bytes("data: a\n\n" + large + "data: b\n\n");
    for (int step = 1; step <= stream.length; step++) {
      Sink sink = new Sink();
      SseScanner scanner = new SseScanner(ByteBufAllocator.DEFAULT, sink, SMALL);
      for (int at = 0; at < stream.length; at += step) {
        scanner.feed(buffer(stream, at, Math.min(stream.length, at + step)));
      }
      scanner.end();
      assertThat(sink.data).containsExactly("a", "b");
      assertThat(sink.unread).isEqualTo(large.length());
      assertThat(sink.bytes.toByteArray()).isEqualTo(stream);
    }
  }

  @Test
  void closedAmidEventsItDropsTheRest() {
    Sink sink = new Sink();
    SseScanner scanner = new SseScanner(ByteBufAllocator.DEFAULT, sink);
    sink.afterEvent = scanner::close;
    scanner.feed(Unpooled.copiedBuffer(bytes("data: a\n\ndata: b\n\n")));
    scanner.feed(Unpooled.copiedBuffer(bytes("data: c\n\n")));
    scanner.end();
    assertThat(sink.data).containsExactly("a");
  }

  static Sink scan(byte[] stream, int maxEvent, Random random) {
    Sink sink = new Sink();
    UnpooledByteBufAllocator allocator = counting();
    SseScanner scanner = new SseScanner(allocator, sink, maxEvent);
    int at = 0;
    while (at < stream.length) {
      int to = Math.min(stream.length, at + 1 + random.nextInt(random.nextBoolean() ? 4 : 400));
      scanner.feed(buffer(allocator, stream, at, to));
      at = to;
    }
    scanner.end();
    assertReleased(allocator);
    return sink;
  }

  /** Says how much is not released, without the detector, which is too slow for many streams. */
  private static UnpooledByteBufAllocator counting() {
    return new UnpooledByteBufAllocator(false, true);
  }

  private static void assertReleased(UnpooledByteBufAllocator allocator) {
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  private static ByteBuf buffer(byte[] bytes, int from, int to) {
    return buffer(ByteBufAllocator.DEFAULT, bytes, from, to);
  }

  private static ByteBuf buffer(ByteBufAllocator allocator, byte[] bytes, int from, int to) {
    // Both kinds of memory: they are read in different ways.
    ByteBuf buffer = (from + to) % 2 == 0 ? allocator.directBuffer(16) : allocator.heapBuffer(16);
    return buffer.writeBytes(bytes, from, to - from);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The data of all events, by the letter of HTML 9.2.6, but for the last without blank line. */
  static List<String> reference(byte[] stream) {
    String text = new String(stream, StandardCharsets.ISO_8859_1);
    if (text.startsWith("\u00ef\u00bb\u00bf")) {
      text = text.substring(3);
    }
    List<String> events = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\r\n|\n|\r", -1)) {
      if (line.isEmpty()) {
        if (!lines.isEmpty()) {
          events.add(String.join("\n", lines));
        }
        lines.clear();
        continue;
      }
      int colon = line.indexOf(':');
      String name = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      if (name.equals("data")) {
        lines.add(value.startsWith(" ") ? value.substring(1) : value);
      }
    }
    if (!lines.isEmpty()) {
      events.add(String.join("\n", lines));
    }
    return events;
  }

  /** Keeps all, and what a usage reader makes of it. */
  static final class Sink implements SseScanner.Listener {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final List<String> data = new ArrayList<>();
    final AnswerUsage usage = new AnswerUsage();
    final List<AnswerUsage.Kind> kinds = new ArrayList<>();
    int unread;
    Runnable afterEvent = () -> {};

    @Override
    public void event(ByteBuf raw, @Nullable ByteBuf data) {
      if (data != null) {
        this.data.add(data.toString(StandardCharsets.ISO_8859_1));
        kinds.add(usage.event(data));
      }
      take(raw);
      afterEvent.run();
    }

    @Override
    public void unread(ByteBuf raw) {
      unread += raw.readableBytes();
      take(raw);
    }

    private void take(ByteBuf raw) {
      byte[] copy = new byte[raw.readableBytes()];
      raw.readBytes(copy);
      bytes.writeBytes(copy);
      raw.release();
    }
  }
}
