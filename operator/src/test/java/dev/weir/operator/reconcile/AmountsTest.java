package dev.weir.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
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

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0, 100, 0",
    "1, 1000000, 1",
    "10, 1000, 1",
    "11, 1000, 2",
    "999, 1000, 100",
    "1000, 1000, 100",
    "9007199254740992, 9007199254740992, 100"
  })
  void partsAreRoundedUp(long part, long whole, int percent) {
    assertThat(Amounts.percentUp(part, whole)).isEqualTo(percent);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.00",
    "0.000000, 0.00",
    "45, 45.00",
    "45.050, 45.05",
    "0.000003, 0.000003",
    "1E+3, 1000.00"
  })
  void exactAmountsLoseNoDigit(String amount, String text) {
    assertThat(Amounts.exact(new BigDecimal(amount))).isEqualTo(text);
  }

  @Test
  void moneyIsRoundedToCents() {
    assertThat(Amounts.money(Map.of("USD", new BigDecimal("45.045")))).isEqualTo("45.05 USD");
    assertThat(
            Amounts.money(
                Map.of("USD", new BigDecimal("0.0049"), "EUR", new BigDecimal("1000000"))))
        .isEqualTo("1000000.00 EUR + 0.00 USD");
  }
}
