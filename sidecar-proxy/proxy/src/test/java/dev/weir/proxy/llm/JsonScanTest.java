package dev.weir.proxy.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScanTest {
  private static final JsonFactory JACKSON = new JsonFactory();

  /** Where a fault is noticed differs by a token: so only that there is one is compared. */
  private static final List<String> FAILED = List.of("failed");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "0",
        "-0",
        "1.5e+3",
        "\"\"",
        "true",
        " null ",
        "[[],{}]",
        "{\"a\":[1,2,\"x\"]}",
        "\"\\u00e9\\ud83d\\udca7\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "[1,-2.0E-1,0.0]"
      })
  void readsJson(String text) {
    assertThat(Log.of(text)).isEqualTo(jackson(text)).doesNotContain("failed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "{]",
        "[}",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "01",
        "-",
        "-a",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e+",
        "0x1",
        "1a",
        "tru",
        "trux",
        "nul",
        "NaN",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\u0001\"",
        "\"\n\"",
        "{}{}",
        "{} x",
        "1 2",
        "/*c*/1",
        "[1 2]",
        "{\"a\" 1}",
        "\u00a01",
        "\0",
        "{}\0"
      })
  void refusesWhatIsNone(String text) {
    assertThat(Log.of(text)).endsWith("failed");
    assertThat(jackson(text)).endsWith("failed");
  }

  @Test
  void boundsDepthAndNumbers() {
    int most = JsonScan.MAX_DEPTH;
    assertThat(failure("[".repeat(most) + "]".repeat(most))).isNull();
    assertThat(failure("[".repeat(most + 1))).isEqualTo(JsonScan.Failure.DEPTH);
    assertThat(failure("1".repeat(JsonScan.MAX_NUMBER))).isNull();
    assertThat(failure("1".repeat(JsonScan.MAX_NUMBER + 1))).isEqualTo(JsonScan.Failure.NUMBER);
  }

  private static JsonScan.@Nullable Failure failure(String text) {
    JsonScan scan = new JsonScan(new Log());
    scan.feed(JsonScan.ascii(text), 0, text.length());
    scan.finish();
    return scan.failure();
  }

  @Test
  void tellsTheTextOfShortStringsAndTheLengthOfAll() {
    String kept = "é".repeat(JsonScan.KEPT / 2);
    assertThat(Log.of('"' + kept + '"')).containsExactly("string " + kept);
    assertThat(Log.of('"' + kept + "x\"")).containsExactly("string 257 bytes");
    assertThat(Log.of("\"\\ud83d\\udca7\"")).containsExactly("string 💧");
    assertThat(Log.of("\"\\ud83d\\ud83d\\udca7\\udca7\"")).containsExactly("string \ufffd💧\ufffd");
    assertThat(Log.of("\"\\ud83dx\\udca7\"")).containsExactly("string \ufffdx\ufffd");
    assertThat(Log.of("\"\\ud83d\\n\\udca7\"")).containsExactly("string \ufffd\n\ufffd");
  }

  /** Whatever comes in whatever pieces is read as Jackson reads it. */
  @Property(tries = 2000, seed = "23")
  void agreesWithJackson(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = Corpus.mutated(random.nextBoolean() ? "requests" : "bodies", random);
    if (!ByteBufUtil.isText(Unpooled.wrappedBuffer(bytes), StandardCharsets.UTF_8)) {
      return;
    }
    List<String> whole = Log.of(bytes, bytes.length);
    if (!bySurrogates(bytes)) {
      assertThat(whole).isEqualTo(jackson(new String(bytes, StandardCharsets.UTF_8)));
    }
    assertThat(Log.of(bytes, 1)).isEqualTo(whole);
    assertThat(Log.of(bytes, 1 + random.nextInt(9))).isEqualTo(whole);
  }

  /** Tokens up to the end or the first fault; lone surrogates replaced, as the scan does. */
  private static List<String> jackson(String text) {
    List<String> log = new ArrayList<>();
    if (text.startsWith("\ufeff")) {
      return FAILED;
    }
    try (JsonParser parser = JACKSON.createParser(text)) {
      int depth = 0;
      int roots = 0;
      JsonToken token;
      while ((token = parser.nextToken()) != null) {
        if (depth == 0 && ++roots > 1) {
          return FAILED;
        }
        switch (token) {
          case START_OBJECT, START_ARRAY -> depth++;
          case END_OBJECT, END_ARRAY -> depth--;
          default -> {}
        }
        log.add(
            switch (token) {
              case START_OBJECT -> "{";
              case END_OBJECT -> "}";
              case START_ARRAY -> "[";
              case END_ARRAY -> "]";
              case FIELD_NAME -> "name " + shown(parser.getText());
              case VALUE_STRING -> "string " + shown(parser.getText());
              case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number " + parser.getText();
              default -> "literal " + parser.getText();
            });
      }
      return roots == 1 && depth == 0 ? log : FAILED;
    } catch (IOException e) {
      return FAILED;
    }
  }

  /** Whether Jackson minds half a surrogate pair in a name, which RFC 8259 (8.2) lets be. */
  static boolean bySurrogates(byte[] json) {
    try (JsonParser parser = JACKSON.createParser(new String(json, StandardCharsets.UTF_8))) {
      while (parser.nextToken() != null) {
        parser.getText();
      }
      return false;
    } catch (IOException e) {
      return String.valueOf(e.getMessage()).contains("surrogate");
    }
  }

  private static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().forEach(p -> shown.appendCodePoint(p >= 0xd800 && p <= 0xdfff ? 0xfffd : p));
    int bytes = shown.toString().getBytes(StandardCharsets.UTF_8).length;
    return bytes <= JsonScan.KEPT ? shown.toString() : bytes + " bytes";
  }

  private static final class Log implements JsonScan.Listener {
    private final List<String> log = new ArrayList<>();

    static List<String> of(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return of(bytes, bytes.length);
    }

    static List<String> of(byte[] bytes, int step) {
      Log log = new Log();
      JsonScan scan = new JsonScan(log);
      for (int at = 0; at < bytes.length; at += step) {
        scan.feed(bytes, at, Math.min(bytes.length, at + step));
      }
      return scan.finish() ? log.log : FAILED;
    }

    private static String text(JsonScan scan) {
      String text = scan.text();
      return text == null ? scan.length() + " bytes" : text;
    }

    @Override
    public void name(JsonScan scan) {
      log.add("name " + text(scan));
    }

    @Override
    public void string(JsonScan scan) {
      log.add("string " + text(scan));
    }

    @Override
    public void number(JsonScan scan) {
      log.add("number " + text(scan));
    }

    @Override
    public void literal(JsonScan scan, @Nullable Boolean value) {
      log.add("literal " + value);
    }

    @Override
    public void open(JsonScan scan, boolean object) {
      log.add(object ? "{" : "[");
    }

    @Override
    public void close(JsonScan scan) {
      log.add(scan.inObject(scan.depth()) ? "}" : "]");
    }
  }
}
