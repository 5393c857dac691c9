package dev.weir.operator.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LastAcceptedTest {

  private static final Declared<String, String> POLICY =
      new Declared<>(
          new PolicyRef(PolicyRef.RATE_LIMIT_POLICY, "shop", "api"),
          "uid",
          3,
          "1",
          Instant.EPOCH,
          "spec",
          null);

  @ParameterizedTest
  @CsvSource({
    "shop,  uid,   2, true",
    "shop,  uid,   3, true",
    "shop,  uid,   4, false",
    "shop,  other, 2, false",
    "other, uid,   2, false",
  })
  void speaksForTheObjectOnlyIfItCanBeOurs(
      String namespace, String uid, long generation, boolean is) {
    assertThat(new LastAccepted(namespace, "x", uid, generation, "{}").isOf(POLICY)).isEqualTo(is);
  }
}
