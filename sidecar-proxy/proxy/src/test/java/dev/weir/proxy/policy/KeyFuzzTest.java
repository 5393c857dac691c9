package dev.weir.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Snapshot.KeyPart;
import dev.weir.protocol.Snapshot.KeySource;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.jspecify.annotations.Nullable;

/** Query parameters and keys: read back, they are what the request said. */
class KeyFuzzTest {
  private static final String[] PIECES = {
    "user",
    "us",
    "er",
    "%75ser",
    "=",
    "==",
    "&",
    "&&",
    ";",
    "+",
    "%",
    "%2",
    "%zz",
    "%+1",
    "%-1",
    "%\uff11\uff12",
    "%3d",
    "%26",
    "%25",
    "%2B",
    "%00",
    "%0a",
    "%ff",
    "%fe",
    "%c3",
    "%a4",
    "%c3%a4",
    "%ed%a0%80",
    "%f0%9f%98%80",
    "a",
    "b",
    ",",
    "|",
    "\u00e4",
    "?",
    "/"
  };

  private static final String[] VALUES = {
    "", "a", "b", "|", "||", "a|b", "%", "%-", "-", "%7C", "%7c", "%25", "%257C", "a b", "+", "&",
    "=", "ä", "\u20ac", ",", "a,b", "a, b"
  };

  private static final KeyText KEY =
      new KeyText(
          List.of(
              new KeyPart(KeySource.HEADER, "x-a"),
              new KeyPart(KeySource.QUERY, "user"),
              new KeyPart(KeySource.HEADER, "x-b"),
              new KeyPart(KeySource.QUERY, "team")));

  @Property(tries = 5000, seed = "15")
  void anyQueryIsReadWithoutAnError(@ForAll("queries") String query) {
    String value = QueryText.parameter(query, "user");
    assertThat(QueryText.parameter("x&" + query + "&y=%zz", "user")).isEqualTo(value);
    assertThat(QueryText.parameter("user=1&" + query, "user"))
        .isEqualTo(value == null ? "1" : "1," + value);
  }

  /** Above all not the one replacement character for all octets that are no UTF-8. */
  @Property(tries = 2000, seed = "17")
  void aMalformedValueStandsForItself(
      @ForAll("malformed") String octets, @ForAll("valueTexts") String text) {
    String value = encoded(text, new Random(0)) + octets;
    assertThat(QueryText.parameter("user=" + value, "user")).isEqualTo(value);
  }

  @Property(tries = 3000, seed = "19")
  void howAQueryIsWrittenMakesNoDifference(
      @ForAll("parameters") List<Tuple2<String, String>> parameters, @ForAll Random random) {
    String query =
        parameters.stream()
            .map(each -> encoded(each.get1(), random) + "=" + encoded(each.get2(), random))
            .collect(Collectors.joining("&"));
    List<String> values =
        parameters.stream().filter(each -> each.get1().equals("user")).map(Tuple2::get2).toList();
    assertThat(QueryText.parameter(query, "user"))
        .isEqualTo(values.isEmpty() ? null : String.join(",", values));
  }

  /** So no two requests that differ in a part have the same key. */
  @Property(tries = 5000, seed = "21")
  void theKeySaysItsParts(@ForAll("parts") List<String> parts, @ForAll Random random) {
    assertThat(parts(KEY.of(request(parts, random)))).isEqualTo(parts);
    assertThat(KEY.missing(request(parts, random)) != null).isEqualTo(parts.contains(null));
  }

  @Property(tries = 2000, seed = "23")
  void anyRequestHasAKeyOfAllParts(
      @ForAll("queries") String query, @ForAll("valueTexts") String value) {
    HttpHeaders headers = new DefaultHttpHeaders().add("X-A", value).add("x-a", value);
    String key = KEY.of(new Request("GET", null, query, headers));
    assertThat(parts(key)).hasSize(4).startsWith(value + ", " + value);
  }

  private static Request request(List<@Nullable String> parts, Random random) {
    HttpHeaders headers = new DefaultHttpHeaders();
    List<String> query = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      String value = parts.get(i);
      if (value != null) {
        switch (i) {
          case 0 -> headers.add("X-A", value);
          case 1 -> query.add("user=" + encoded(value, random));
          case 2 -> headers.add("X-B", value);
          default -> query.add("team=" + encoded(value, random));
        }
      }
    }
    return new Request("GET", "/", String.join("&", query), headers);
  }

  private static List<@Nullable String> parts(String key) {
    List<@Nullable String> parts = new ArrayList<>();
    for (String part : key.split("[|]", -1)) {
      parts.add(part.equals("%-") ? null : part.replace("%7C", "|").replace("%25", "%"));
    }
    return parts;
  }

  /** One of the many ways to write it. */
  private static String encoded(String text, Random random) {
    StringBuilder out = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet == ' ' && random.nextBoolean()) {
        out.append('+');
      } else if (octet <= ' ' || "%&=+".indexOf(octet) >= 0 || random.nextBoolean()) {
        out.append((random.nextBoolean() ? "%%%02x" : "%%%02X").formatted(octet));
      } else {
        out.append((char) octet);
      }
    }
    return out.toString();
  }

  @Provide
  Arbitrary<String> queries() {
    return Arbitraries.of(PIECES).list().ofMaxSize(12).map(pieces -> String.join("", pieces));
  }

  @Provide
  Arbitrary<String> malformed() {
    return Arbitraries.of(
        "%",
        "%2",
        "%zz",
        "%+1",
        "%-1",
        "%ff",
        "%fe",
        "%c3",
        "%c3%28",
        "%ed%a0%80",
        "%c0%80",
        "%\uff11\uff12",
        "%f8%88%80%80%80");
  }

  @Provide
  Arbitrary<String> valueTexts() {
    return Arbitraries.of(VALUES);
  }

  @Provide
  Arbitrary<List<Tuple2<String, String>>> parameters() {
    return Arbitraries.of("user", "User", "us er", "", "x")
        .flatMap(name -> valueTexts().map(value -> Tuple.of(name, value)))
        .list()
        .ofMaxSize(5);
  }

  @Provide
  Arbitrary<List<String>> parts() {
    return valueTexts().injectNull(0.2).list().ofSize(4);
  }
}
