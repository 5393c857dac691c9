package dev.weir.proxy.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.proxy.policy.Tokens;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Streams of the corpus, broken at random and cut into pieces at random. */
class StreamFuzzTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** Whatever comes: nothing thrown, no byte lost, and what a tree would say. */
  @Property(tries = 1500, seed = "37")
  void agreesWithATree(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] stream = Corpus.mutated("streams", random);
    SseScannerTest.Sink sink = SseScannerTest.scan(stream, 1 << 20, random);
    assertThat(sink.bytes.toByteArray()).isEqualTo(stream);
    List<String> events = SseScannerTest.reference(stream);
    assertThat(sink.data).isEqualTo(events);
    Tokens tokens = null;
    for (String event : events) {
      byte[] data = event.getBytes(StandardCharsets.ISO_8859_1);
      if (!ByteBufUtil.isText(Unpooled.wrappedBuffer(data), StandardCharsets.UTF_8)) {
        return; // A tree refuses it, we do not mind.
      }
      if (JsonScanTest.bySurrogates(data)) {
        return;
      }
      try {
        Tokens here = reference(JSON.readTree(new String(data, StandardCharsets.UTF_8)));
        tokens = here == null ? tokens : here;
      } catch (IOException e) {
        if (String.valueOf(e.getMessage()).contains("Duplicate field")) {
          return;
        }
      }
    }
    assertThat(sink.usage.tokens()).isEqualTo(tokens);
  }

  static @Nullable Tokens reference(JsonNode answer) {
    JsonNode usage = answer.path("usage");
    double in = number(usage.path("prompt_tokens"));
    double out = number(usage.path("completion_tokens"));
    double total = number(usage.path("total_tokens"));
    if (in <= 0 && out <= 0 && total <= 0) {
      return null;
    }
    out = Math.max(0, out);
    in = in < 0 ? Math.max(0, total - out) : in;
    out = Math.max(out, total - in);
    double cached = Math.max(0, number(usage.path("prompt_tokens_details").path("cached_tokens")));
    double reasoning =
        Math.max(0, number(usage.path("completion_tokens_details").path("reasoning_tokens")));
    return new Tokens(
        (long) in, (long) Math.min(in, cached), (long) out, (long) Math.min(out, reasoning));
  }

  private static double number(JsonNode node) {
    return node.isNumber()
        ? Math.floor(Math.min(Math.max(0, node.doubleValue()), AnswerReader.MAX_TOKENS))
        : -1;
  }
}
