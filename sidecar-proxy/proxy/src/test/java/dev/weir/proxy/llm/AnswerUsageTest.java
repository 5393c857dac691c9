package dev.weir.proxy.llm;

import static dev.weir.proxy.llm.AnswerUsage.Kind.CONTENT;
import static dev.weir.proxy.llm.AnswerUsage.Kind.USAGE_ONLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.proxy.policy.Tokens;
import dev.weir.proxy.testing.Leaks;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Leaks.class)
class AnswerUsageTest {
  @ParameterizedTest
  @CsvSource({
    // stream, input, cached, output, reasoning, text, usage-only events, done, failed
    "openai, 21, 16, 7, 3, 12, 1, true, false",
    "crlf, 21, 16, 7, 3, 12, 1, true, false",
    "cr, 21, 16, 7, 3, 12, 1, true, false",
    "obfuscation, 5, 0, 2, 0, 5, 1, true, false",
    "azure, 9, 0, 1, 0, 5, 1, true, false",
    "vllm-continuous, 12, 0, 3, 0, 4, 1, true, false",
    "cumulative-without-last, 12, 0, 2, 0, 2, 0, true, false",
    "llamacpp, 30, 0, 2, 0, 2, 0, true, false",
    "ollama, 26, 0, 4, 0, 3, 1, true, false",
    "no-usage, , , , , 12, 0, true, false",
    "zero-usage, , , , , 3, 1, true, false",
    "null-after-usage, 3, 0, 1, 0, 3, 0, true, false",
    "after-done, 8, 0, 1, 0, 3, 1, true, false",
    "total-only-reasoning, 10, 0, 30, 0, 3, 1, true, false",
    "error-mid-stream, , , , , 4, 0, false, true",
    "error-vllm, , , , , 1, 0, true, true",
    "tools, 50, 0, 11, 0, 21, 1, true, false",
    "two-choices, 4, 0, 4, 0, 5, 1, true, false",
    "fields, 2, 0, 2, 0, 5, 1, true, false",
    "broken-off, , , , , 3, 0, false, false",
    "no-last-blank-line, 6, 0, 2, 0, 3, 1, false, false",
    "html, , , , , 0, 0, false, false",
    "empty, , , , , 0, 0, false, false"
  })
  void readsStreams(
      String name,
      @Nullable Long input,
      @Nullable Long cached,
      @Nullable Long output,
      @Nullable Long reasoning,
      long text,
      int usageOnly,
      boolean done,
      boolean failed) {
    byte[] stream = Corpus.read("streams/" + name + ".sse");
    for (int seed = 0; seed < 20; seed++) {
      SseScannerTest.Sink sink = SseScannerTest.scan(stream, 1 << 20, new Random(seed));
      AnswerUsage usage = sink.usage;
      assertThat(usage.tokens())
          .isEqualTo(
              input == null || cached == null || output == null || reasoning == null
                  ? null
                  : new Tokens(input, cached, output, reasoning));
      assertThat(usage.textBytes()).isEqualTo(text);
      assertThat(Collections.frequency(sink.kinds, USAGE_ONLY)).isEqualTo(usageOnly);
      assertThat(usage.done()).isEqualTo(done);
      assertThat(usage.failed()).isEqualTo(failed);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7} | 3 | 0 | 4 | 0",
        "{\"prompt_tokens\":3,\"completion_tokens\":4}                    | 3 | 0 | 4 | 0",
        "{\"completion_tokens\":4,\"total_tokens\":9}                     | 5 | 0 | 4 | 0",
        "{\"total_tokens\":9}                                             | 9 | 0 | 0 | 0",
        "{\"prompt_tokens\":3}                                            | 3 | 0 | 0 | 0",
        "{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":5} | 3 | 0 | 4 | 0",
        "{\"prompt_tokens\":3,\"completion_tokens\":null,\"total_tokens\":5} | 3 | 0 | 2 | 0",
        "{\"prompt_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":9}} | 3 | 3 | 0 | 0",
        "{\"completion_tokens\":3,\"completion_tokens_details\":{\"reasoning_tokens\":9}} | 0 | 0 |"
            + " 3 | 3",
        "{\"prompt_tokens\":-3,\"completion_tokens\":4}                   | 0 | 0 | 4 | 0",
        "{\"prompt_tokens\":\"3\",\"completion_tokens\":4}                | 0 | 0 | 4 | 0",
        "{\"prompt_tokens\":12.0,\"completion_tokens\":1e2}               | 12 | 0 | 100 | 0",
        "{\"prompt_tokens\":1e999,\"completion_tokens\":99999999999999999999999} | 9007199254740992"
            + " | 0 | 9007199254740992 | 0",
        "{\"cached_tokens\":5,\"prompt_tokens\":6,\"x\":{\"prompt_tokens\":1}} | 6 | 0 | 0 | 0"
      })
  void readsUsage(String usage, long input, long cached, long output, long reasoning) {
    AnswerUsage answer = new AnswerUsage();
    assertThat(event(answer, "{\"choices\":[],\"usage\":" + usage + "}")).isEqualTo(USAGE_ONLY);
    assertThat(answer.tokens()).isEqualTo(new Tokens(input, cached, output, reasoning));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"choices\":[],\"usage\":{}}                       | USAGE_ONLY",
        "{\"usage\":{\"prompt_tokens\":1},\"choices\":[ ]}   | USAGE_ONLY",
        "{\"usage\":{\"prompt_tokens\":1}}                   | CONTENT",
        "{\"choices\":[],\"usage\":null}                     | CONTENT",
        "{\"choices\":[]}                                    | CONTENT",
        "{\"choices\":null,\"usage\":{}}                     | CONTENT",
        "{\"choices\":[{}],\"usage\":{}}                     | CONTENT",
        "{\"choices\":[null],\"usage\":{}}                   | CONTENT",
        "{\"choices\":[],\"usage\":{},\"error\":null}        | USAGE_ONLY",
        "{\"choices\":[],\"usage\":{},\"error\":{}}          | ERROR",
        "{\"error\":\"no\"}                                  | ERROR",
        "{\"x\":{\"error\":{}}}                              | CONTENT",
        "[{\"choices\":[],\"usage\":{}}]                     | CONTENT",
        "{\"choices\":[],\"usage\":{}                        | CONTENT",
        "''                                                  | CONTENT",
        "[DONE]                                              | DONE",
        "' [DONE] '                                          | DONE",
        "[DONE]x                                             | CONTENT",
        "[done]                                              | CONTENT"
      })
  void knowsKinds(String data, AnswerUsage.Kind kind) {
    assertThat(event(new AnswerUsage(), data)).isEqualTo(kind);
  }

  @Test
  void takesNothingFromABrokenEventButItsText() {
    AnswerUsage answer = new AnswerUsage();
    assertThat(
            event(
                answer,
                "{\"usage\":{\"prompt_tokens\":1},\"error\":{},\"choices\":[{\"delta\":{\"content\":\"abc\"}}"))
        .isEqualTo(CONTENT);
    assertThat(answer.tokens()).isNull();
    assertThat(answer.failed()).isFalse();
    assertThat(answer.textBytes()).isEqualTo(3);
  }

  private static AnswerUsage.Kind event(AnswerUsage usage, String data) {
    return usage.event(Unpooled.copiedBuffer(data, StandardCharsets.UTF_8));
  }
}
