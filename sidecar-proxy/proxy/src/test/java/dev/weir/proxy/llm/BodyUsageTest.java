package dev.weir.proxy.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.proxy.policy.Tokens;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyUsageTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  @ParameterizedTest
  @CsvSource({
    "openai, 21, 16, 7, 3, 7, false",
    "no-usage, , , , , 7, false",
    "null-usage, , , , , 7, false",
    "null, , , , , 0, false",
    "tools, 31, 0, 6, 0, 7, false",
    "parts, 3, 0, 1, 0, 6, false",
    "error, , , , , 0, true",
    "strange-usage, 9007199254740992, 0, 0, 0, 7, false",
    "broken, , , , , 7, false"
  })
  void readsBodies(
      String name,
      @Nullable Long input,
      @Nullable Long cached,
      @Nullable Long output,
      @Nullable Long reasoning,
      long text,
      boolean failed) {
    byte[] body = Corpus.read("bodies/" + name + ".json");
    for (int step = 1; step <= body.length; step++) {
      BodyUsage usage = read(body, step);
      assertThat(usage.tokens())
          .isEqualTo(
              input == null || cached == null || output == null || reasoning == null
                  ? null
                  : new Tokens(input, cached, output, reasoning));
      assertThat(usage.textBytes()).isEqualTo(text);
      assertThat(usage.failed()).isEqualTo(failed);
    }
  }

  /** An image in an answer: 64 MiB in one string, and the usage behind it. */
  @Test
  void hugeStringsAreNotKept() {
    BodyUsage usage = new BodyUsage();
    usage.feed(Unpooled.wrappedBuffer(JsonScan.ascii("{\"choices\":[{\"message\":{\"image\":\"")));
    byte[] piece = JsonScan.ascii("A".repeat(1 << 16));
    for (int i = 0; i < 1024; i++) {
      usage.feed(Unpooled.wrappedBuffer(piece));
    }
    usage.feed(
        Unpooled.wrappedBuffer(
            JsonScan.ascii("\",\"content\":\"x\"}}],\"usage\":{\"prompt_tokens\":5}}")));
    assertThat(usage.tokens()).isEqualTo(new Tokens(5, 0, 0, 0));
    assertThat(usage.textBytes()).isEqualTo(1);
  }

  @Property(tries = 2000, seed = "41")
  void agreesWithATree(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] body = Corpus.mutated("bodies", random);
    BodyUsage usage = read(body, 1 + random.nextInt(body.length + 1));
    if (JsonScanTest.bySurrogates(body)) {
      return;
    }
    try {
      assertThat(usage.tokens()).isEqualTo(StreamFuzzTest.reference(JSON.readTree(body)));
    } catch (IOException e) {
      // Not JSON, or not in one reading: it did not throw, that is all.
      assertThat(usage.textBytes()).isNotNegative();
    }
  }

  private static BodyUsage read(byte[] body, int step) {
    BodyUsage usage = new BodyUsage();
    for (int at = 0; at < body.length; at += step) {
      int length = Math.min(step, body.length - at);
      usage.feed(Unpooled.wrappedBuffer(body, at, length));
    }
    return usage;
  }
}
