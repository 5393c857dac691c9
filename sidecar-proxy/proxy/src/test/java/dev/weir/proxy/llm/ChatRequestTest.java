package dev.weir.proxy.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.protocol.Snapshot;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  @Test
  void readsWhatItMustKnow() {
    ChatRequest request =
        request(
            """
            {"model":"gpt","stream":true,"stream_options":{"include_usage":true},"n":3,
             "max_tokens":20,"messages":[{"role":"user","content":"é"}]}\
            """);
    assertThat(request.model()).isEqualTo("gpt");
    assertThat(request.stream()).isTrue();
    assertThat(request.asksUsage()).isTrue();
    assertThat(request.askedOutput()).isEqualTo(20);
    assertThat(request.textBytes()).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":\"m\"}                                   | false | false | -1",
        "{\"model\":\"m\",\"stream\":null,\"n\":null}        | false | false | -1",
        "{\"model\":\"m\",\"stream\":false}                  | false | false | -1",
        "{\"model\":\"m\",\"stream_options\":{\"include_usage\":true}} | false | false | -1",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":1}} | true | false"
            + " | -1",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":[{\"include_usage\":true}]} | true |"
            + " false | -1",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"x\":{\"include_usage\":true}}} |"
            + " true | false | -1",
        "{\"model\":\"m\",\"x\":{\"stream\":true}}           | false | false | -1",
        "{\"model\":\"m\",\"max_tokens\":5}                  | false | false | 5",
        "{\"model\":\"m\",\"max_completion_tokens\":6}       | false | false | 6",
        "{\"model\":\"m\",\"max_tokens\":5,\"max_completion_tokens\":6} | false | false | 6",
        "{\"model\":\"m\",\"max_tokens\":7,\"max_completion_tokens\":null} | false | false | 7",
        "{\"\\u006dodel\":\"m\",\"max_\\u0074okens\":7}      | false | false | 7"
      })
  void readsItFromItsPlaceOnly(String body, boolean stream, boolean usage, long output) {
    ChatRequest request = request(body);
    assertThat(request.model()).isEqualTo("m");
    assertThat(request.stream()).isEqualTo(stream);
    assertThat(request.asksUsage()).isEqualTo(usage);
    assertThat(request.askedOutput()).isEqualTo(output);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Not one JSON object.
        "''                                     | invalid_json  | not JSON",
        "[]                                     | invalid_json  | not a JSON object",
        "\"model\"                              | invalid_json  | not a JSON object",
        "null                                   | invalid_json  | not a JSON object",
        "{\"model\":\"m\"}{}                    | invalid_json  | near byte 13",
        "{\"model\":\"m\"} x                    | invalid_json  | not JSON",
        "{\"model\":\"m\",}                     | invalid_json  | not JSON",
        "{model:\"m\"}                          | invalid_json  | not JSON",
        "{\"model\":\"m\",\"x\":01}             | invalid_json  | not JSON",
        // No model.
        "{}                                     | invalid_value | model is missing",
        "{\"model\":null}                       | invalid_value | model must be a string",
        "{\"model\":5}                          | invalid_value | model must be a string",
        "{\"model\":[\"m\"]}                    | invalid_value | model must be a string",
        "{\"model\":{\"model\":\"m\"}}          | invalid_value | model must be a string",
        // More than one reading.
        "{\"model\":\"a\",\"model\":\"b\"}      | invalid_value | model is there twice",
        "{\"model\":\"a\",\"mod\\u0065l\":\"b\"} | invalid_value | model is there twice",
        "{\"model\":\"a\",\"Model\":\"b\"}      | invalid_value | model is spelled",
        "{\"MODEL\":\"b\"}                      | invalid_value | model is spelled",
        "{\"model\":\"a\",\"\u017ftream\":true} | invalid_value | stream is spelled",
        "{\"model\":\"a\",\"max_to\u212aens\":9} | invalid_value | max_tokens is spelled",
        "{\"model\":\"a\",\"stream\":true,\"stream\":false} | invalid_value | stream is there"
            + " twice",
        "{\"model\":\"a\",\"messages\":[],\"messages\":[]} | invalid_value | messages is there"
            + " twice",
        "{\"model\":\"a\",\"max_tokens\":1,\"max_tokens\":9} | invalid_value | max_tokens is there",
        "{\"model\":\"a\",\"stream_options\":{\"include_usage\":true,\"include_usage\":false}} |"
            + " invalid_value | stream_options.include_usage is there twice",
        "{\"model\":\"a\",\"stream_options\":{\"Include_Usage\":false}} | invalid_value |"
            + " include_usage is spelled",
        // Values that mean nothing, or too much.
        "{\"model\":\"a\",\"stream\":\"true\"}  | invalid_value | stream must be",
        "{\"model\":\"a\",\"stream\":1}         | invalid_value | stream must be",
        "{\"model\":\"a\",\"stream\":{}}        | invalid_value | stream must be",
        "{\"model\":\"a\",\"n\":0}              | invalid_value | n must be a whole number",
        "{\"model\":\"a\",\"n\":\"2\"}          | invalid_value | n must be a whole number",
        "{\"model\":\"a\",\"max_tokens\":-1}    | invalid_value | max_tokens must be",
        "{\"model\":\"a\",\"max_tokens\":0}     | invalid_value | max_tokens must be",
        "{\"model\":\"a\",\"max_tokens\":1.5}   | invalid_value | max_tokens must be",
        "{\"model\":\"a\",\"max_tokens\":1e3}   | invalid_value | max_tokens must be",
        "{\"model\":\"a\",\"max_tokens\":true}  | invalid_value | max_tokens must be",
        "{\"model\":\"a\",\"max_tokens\":[1]}   | invalid_value | max_tokens must be",
        "{\"model\":\"a\",\"max_completion_tokens\":9999999999999999999} | invalid_value |"
            + " max_completion_tokens must be"
      })
  void refuses(String body, String code, String says) {
    LlmError error = refused(SseScannerTest.bytes(body));
    assertThat(error.status().code()).isEqualTo(400);
    assertThat(error.type()).isEqualTo("invalid_request_error");
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).startsWith("LlmRoute/chat: ").contains(says);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-16", "ISO-8859-1"})
  void refusesOtherEncodings(String charset) {
    byte[] body = "{\"model\":\"m\",\"x\":\"é\"}".getBytes(Charset.forName(charset));
    assertThat(refused(body).code()).isEqualTo("invalid_json");
  }

  @Test
  void refusesByteOrderMarksAndMalformedUtf8() {
    assertThat(refused(SseScannerTest.bytes("\ufeff{\"model\":\"m\"}")).message())
        .contains("byte order mark");
    for (int[] bad : new int[][] {{0xc0, 0xaf}, {0xed, 0xa0, 0x80}, {0xff}, {0xe2, 0x82}}) {
      byte[] body = SseScannerTest.bytes("{\"model\":\"m\",\"x\":\"____\"}");
      for (int i = 0; i < bad.length; i++) {
        body[body.length - 3 - bad.length + i] = (byte) bad[i];
      }
      assertThat(refused(body).message()).contains("not UTF-8");
    }
  }

  @Test
  void refusesDepthLongNumbersAndLongNames() {
    assertThat(refused(SseScannerTest.bytes("{\"x\":" + "[".repeat(200))).message())
        .contains("128 levels");
    assertThat(refused(SseScannerTest.bytes("{\"x\":" + "1".repeat(1001) + "}")).message())
        .contains("1000 digits");
    assertThat(refused(SseScannerTest.bytes("{\"model\":\"" + "m".repeat(257) + "\"}")).message())
        .contains("256 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":\"m\",\"a\" : 1.0 } | {\"model\":\"p/\\\"q\",\"a\" : 1.0 }",
        "{\"stream\":true,\"model\":\"m\"} |"
            + " {\"stream_options\":{\"include_usage\":true},\"stream\":true,\"model\":\"p/\\\"q\"}",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":null} |"
            + " {\"model\":\"p/\\\"q\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{ }} |"
            + " {\"model\":\"p/\\\"q\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":[7]} |"
            + " {\"model\":\"p/\\\"q\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"a\":1}} |"
            + " {\"model\":\"p/\\\"q\",\"stream\":true,\"stream_options\":{\"include_usage\":true,\"a\":1}}",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"a\":1,\"include_usage\":[{}],\"b\":2}}"
            + " | {\"model\":\"p/\\\"q\",\"stream\":true,\"stream_options\":{\"a\":1,\"include_usage\":true,\"b\":2}}",
        "{\"model\":\"m\",\"stream\":false,\"stream_options\":{\"include_usage\":false}} |"
            + " {\"model\":\"p/\\\"q\",\"stream\":false,\"stream_options\":{\"include_usage\":false}}"
      })
  void splices(String body, String expected) {
    assertThat(request(body).forProvider("p/\"q", null, 0).toString(StandardCharsets.UTF_8))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":\"m\"} | max_tokens | {\"max_tokens\":99,\"model\":\"m\"}",
        "{\"model\":\"m\",\"max_tokens\":null} | max_tokens | {\"model\":\"m\",\"max_tokens\":99}",
        "{\"model\":\"m\",\"max_tokens\":null} | max_completion_tokens |"
            + " {\"max_completion_tokens\":99,\"model\":\"m\",\"max_tokens\":null}",
        "{\"model\":\"m\",\"max_tokens\":3} | max_completion_tokens |"
            + " {\"model\":\"m\",\"max_tokens\":3}",
        "{\"model\":\"m\",\"max_completion_tokens\":3} | max_tokens |"
            + " {\"model\":\"m\",\"max_completion_tokens\":3}"
      })
  void boundsTheAnswerIfNobodyDid(String body, String field, String expected) {
    assertThat(request(body).forProvider("m", field, 99).toString(StandardCharsets.UTF_8))
        .isEqualTo(expected);
  }

  @Test
  void countsTextThatGoesToTheModel() {
    assertThat(((ChatRequest) parse(Corpus.read("requests/tools.json"))).textBytes())
        .isEqualTo(
            "user".length()
                + "text".length()
                + "what".length()
                + "image_url".length()
                + "input_audio".length()
                + "function".length()
                + "f".length()
                + "object".length()
                + "string".length()
                + "json_object".length());
    assertThat(request("{\"model\":\"m\",\"user\":\"nobody\",\"stop\":[\"x\"]}").textBytes())
        .isZero();
  }

  @ParameterizedTest
  @CsvSource({
    // window, most, asked, text, code
    ",,1000000,10,",
    ",100,100,10,",
    ",100,101,10,invalid_value",
    "1000,,1000,0,",
    "1000,,1001,0,context_length_exceeded",
    "1000,,-1,6005,",
    "1000,,-1,6006,context_length_exceeded",
    "1000,,500,3005,",
    "1000,,500,3006,context_length_exceeded"
  })
  void checksAgainstTheModel(
      @Nullable Long window, @Nullable Long most, long asked, int text, @Nullable String code) {
    Snapshot.Model model = ModelListTest.model("m", window, most);
    ChatRequest request =
        request(
            "{\"model\":\"m\",\"messages\":[\""
                + "x".repeat(text)
                + "\"]"
                + (asked < 0 ? "" : ",\"max_tokens\":" + asked)
                + "}");
    LlmError error = request.check("chat", model);
    assertThat(error == null ? null : error.code()).isEqualTo(code);
    if (error != null) {
      assertThat(error.status().code()).isEqualTo(400);
      assertThat(error.param()).isNotNull();
    }
  }

  /** All but the members that are ours to set is the same JSON in the same bytes. */
  @Property(tries = 1000, seed = "29")
  void onlyWhatMustChangeChanges(@ForAll("bodies") String body) throws IOException {
    ChatRequest request = request(body);
    byte[] spliced = ByteBufUtil.getBytes(request.forProvider("other", "max_tokens", 77));
    ObjectNode expected = (ObjectNode) JSON.readTree(body);
    expected.put("model", "other");
    if (request.askedOutput() < 0) {
      expected.put("max_tokens", 77);
    }
    if (request.stream()) {
      JsonNode options = expected.path("stream_options");
      ObjectNode set = options.isObject() ? (ObjectNode) options : JSON.createObjectNode();
      expected.set("stream_options", set.put("include_usage", true));
    }
    assertThat(JSON.readTree(spliced)).isEqualTo(expected);
    // Again there is nothing to do.
    ChatRequest again = (ChatRequest) parse(spliced);
    assertThat(ByteBufUtil.getBytes(again.forProvider("other", "max_tokens", 77)))
        .isEqualTo(spliced);
    assertThat(again.textBytes()).isEqualTo(request.textBytes());
  }

  /** Broken bodies are refused, or mean the same to Jackson. */
  @Property(tries = 2000, seed = "31")
  void whatPassesIsWhatJacksonReads(@ForAll long seed) throws IOException {
    byte[] body = Corpus.mutated("requests", new Random(seed));
    if (parse(body) instanceof ChatRequest request && !JsonScanTest.bySurrogates(body)) {
      JsonNode tree = JSON.readTree(body);
      assertThat(tree.path("model").textValue()).isEqualTo(request.model());
      assertThat(tree.path("stream").asBoolean()).isEqualTo(request.stream());
      JsonNode spliced =
          JSON.readTree(ByteBufUtil.getBytes(request.forProvider("p", "max_tokens", 5)));
      assertThat(spliced.path("model").textValue()).isEqualTo("p");
      if (request.stream()) {
        assertThat(spliced.at("/stream_options/include_usage").booleanValue()).isTrue();
      }
      assertThat(
              Math.max(
                  spliced.path("max_tokens").asLong(),
                  spliced.path("max_completion_tokens").asLong()))
          .isEqualTo(request.askedOutput() < 0 ? 5 : request.askedOutput());
    }
  }

  @Provide
  Arbitrary<String> bodies() {
    Arbitrary<String> values =
        Arbitraries.lazyOf(
            () ->
                Arbitraries.of(
                    "1",
                    "-2.50e+7",
                    "\"x\"",
                    "\"\\u00e9\\n\"",
                    "null",
                    "true",
                    "[]",
                    "{ }",
                    "\"é💧\""),
            () -> values().list().ofMaxSize(3).map(list -> "[" + String.join(" , ", list) + "]"),
            () -> values().map(value -> "{\"model\":" + value + ",\"stream\" : true}"));
    Arbitrary<List<String>> members =
        Combinators.combine(
                values.list().ofMaxSize(4),
                Arbitraries.of("", "\"stream\": true", "\"stream\":false", "\"stream\":null"),
                Arbitraries.of(
                    "",
                    "\"stream_options\" : null",
                    "\"stream_options\":{}",
                    "\"stream_options\":{\"a\":[1]}",
                    "\"stream_options\":{\"a\":1, \"include_usage\" : false , \"b\":{}}",
                    "\"stream_options\":[{}]",
                    "\"stream_options\":\"x\""),
                Arbitraries.of(
                    "", "\"max_tokens\":null", "\"max_tokens\": 12", "\"max_completion_tokens\":9"))
            .as(
                (free, stream, options, bound) -> {
                  List<String> all = new ArrayList<>(List.of("\"model\" :\t\"m\""));
                  for (int i = 0; i < free.size(); i++) {
                    all.add("\"" + (i == 0 ? "messages" : "x" + i) + "\": " + free.get(i));
                  }
                  for (String member : List.of(stream, options, bound)) {
                    if (!member.isEmpty()) {
                      all.add(member);
                    }
                  }
                  return all;
                });
    return members
        .flatMap(all -> Arbitraries.shuffle(all))
        .map(all -> " {\n" + String.join(" ,\n ", all) + "}\t");
  }

  private static Arbitrary<String> values() {
    return Arbitraries.of("0", "\"file\"", "{\"image_url\":{\"url\":\"x\"},\"y\":\"z\"}", "false");
  }

  private static Parsed parse(byte[] body) {
    return ChatRequest.parse("chat", body);
  }

  private static ChatRequest request(String body) {
    return (ChatRequest) parse(SseScannerTest.bytes(body));
  }

  private static LlmError refused(byte[] body) {
    return (LlmError) parse(body);
  }
}
