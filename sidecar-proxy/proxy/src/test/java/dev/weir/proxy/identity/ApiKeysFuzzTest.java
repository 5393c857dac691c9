package dev.weir.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Snapshot.ApiKeyLocation;
import dev.weir.protocol.Snapshot.Identity;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever stands in the fields: only a key that was sent, once, is somebody's. */
class ApiKeysFuzzTest {
  private static final KeyDigest DIGEST = new KeyDigest();
  private static final Map<String, String> CONSUMERS =
      Map.of(DIGEST.hex("k1"), "acme", DIGEST.hex("k 2"), "globex", DIGEST.hex("Bearer"), "odd");
  private static final ApiKeys KEYS = keys(false);
  private static final ApiKeys KEYS_OR_ANONYMOUS = keys(true);

  private static final String[] PIECES = {
    "k1", "k 2", "k3", "K1", "Bearer", "bearer", "BEARER ", "Basic ", "Bear", "Bearers", " ", "  ",
    "\t", ",", ", ", "=", "\"", ":", "\u00e4", "\u00a0", "\u0085"
  };

  @Property(tries = 5000, seed = "25")
  void whoIsRecognizedHasSentThatKeyOnce(@ForAll("requests") List<Field> fields) {
    switch (KEYS.recognize(headers(fields), DIGEST)) {
      case Recognition.Recognized(String consumer) -> {
        String pattern =
            switch (consumer) {
              case "acme" -> "k1";
              case "globex" -> "k 2";
              default -> "Bearer";
            };
        List<Field> holders = holders(fields);
        assertThat(holders).hasSize(1);
        String scheme = holders.getFirst().name.equals("x-api-key") ? "" : "(?i:bearer)\\s+";
        assertThat(holders.getFirst().value.strip()).matches(scheme + pattern);
      }
      case Recognition.Missing() -> assertThat(holders(fields)).isEmpty();
      case Recognition.Unknown() -> assertThat(holders(fields)).isNotEmpty();
    }
  }

  @Property(tries = 2000, seed = "27")
  void onlyARequestWithoutAnyKeyIsAnonymous(@ForAll("requests") List<Field> fields) {
    Recognition strict = KEYS.recognize(headers(fields), DIGEST);
    assertThat(KEYS_OR_ANONYMOUS.recognize(headers(fields), DIGEST))
        .isEqualTo(
            strict.equals(new Recognition.Missing())
                ? new Recognition.Recognized(ApiKeys.ANONYMOUS)
                : strict);
  }

  @Property(tries = 2000, seed = "29")
  void theOrderOfFieldsMakesNoDifference(@ForAll("requests") List<Field> fields) {
    assertThat(KEYS.recognize(headers(fields.reversed()), DIGEST))
        .isEqualTo(KEYS.recognize(headers(fields), DIGEST));
  }

  record Field(String name, String value) {}

  /** The fields of the first location that holds a key. */
  private static List<Field> holders(List<Field> fields) {
    List<Field> plain = fields.stream().filter(field -> field.name.equals("x-api-key")).toList();
    if (!plain.isEmpty()) {
      return plain;
    }
    List<Field> authorization =
        fields.stream().filter(field -> field.name.equals("authorization")).toList();
    return authorization.stream()
            .anyMatch(field -> field.value.strip().matches("(?is)bearer(\\s.*)?"))
        ? authorization
        : List.of();
  }

  private static HttpHeaders headers(List<Field> fields) {
    HttpHeaders headers = new DefaultHttpHeaders();
    fields.forEach(field -> headers.add(field.name, field.value));
    return headers;
  }

  private static ApiKeys keys(boolean anonymous) {
    return new ApiKeys(
        new Identity(
            List.of(
                new ApiKeyLocation("x-api-key", null),
                new ApiKeyLocation("authorization", "Bearer")),
            anonymous),
        CONSUMERS);
  }

  @Provide
  Arbitrary<List<Field>> requests() {
    Arbitrary<String> names =
        Arbitraries.of("x-api-key", "authorization", "authorization", "x-other");
    Arbitrary<String> values =
        Arbitraries.of(PIECES).list().ofMaxSize(4).map(pieces -> String.join("", pieces).strip());
    return Combinators.combine(names, values).as(Field::new).list().ofMaxSize(4);
  }
}
