package dev.weir.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AmountsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 100, 0/100 (0%)",
    "99, 100, 99/100 (99%)",
    "9999, 10000, 9999/10k (99%)",
    "31200000, 82000000, 31.2M/82M (38%)",
    "999999, 1000000, 999k/1M (99%)",
    "150, 100, 150/100 (150%)",
    "5, 0, 5/0 (100%)",
    "9223372036854775807, 9223372036854775807, 9.2E/9.2E (100%)"
  })
  void columns(long used, long limit, String text) {
    assertThat(Amounts.of(used, limit)).isEqualTo(text);
  }
}
