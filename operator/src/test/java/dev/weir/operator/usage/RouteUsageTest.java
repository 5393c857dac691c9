package dev.weir.operator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.limits.UsageReader.SubjectUsage;
import dev.weir.operator.compile.LedgerLine.Tokens;
import dev.weir.operator.compile.LedgerLine.UnitPrice;
import dev.weir.operator.compile.LedgerLine.Used;
import dev.weir.operator.usage.RouteUsage.ModelUsage;
import dev.weir.operator.usage.RouteUsage.ProviderUsage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class RouteUsageTest {

  /** Lines as {@code text used}. */
  private static RouteUsage usage(String... lines) {
    return RouteUsage.of(
        Stream.of(lines)
            .map(line -> line.split(" "))
            .map(pair -> new SubjectUsage(pair[0], Long.parseLong(pair[1])))
            .toList());
  }

  @Test
  void everyTokenCostsWhatItCostWhenItWasUsed() {
    RouteUsage usage =
        usage(
            "m/requests/gpt 3",
            "m/input/USD/1000000/2.5/gpt 1000000",
            "m/input/USD/1000000/3/gpt 1",
            "m/cachedInput/USD/1000000/1.25/gpt 400000",
            "m/output/USD/1000000/10/gpt 20000",
            "m/reasoning/USD/1000000/10/gpt 7",
            "m/estimated/gpt 8");
    ModelUsage gpt = usage.model("gpt");
    // 2.5 + 0.000003 + 0.5 + 0.2 + 0.00007
    assertThat(gpt.cost()).containsExactlyEntriesOf(Map.of("USD", new BigDecimal("3.200073")));
    assertThat(gpt.requests()).isEqualTo(3);
    assertThat(gpt.tokens(Tokens.INPUT)).isEqualTo(1_000_001);
    assertThat(gpt.tokens(Tokens.INPUT, Tokens.CACHED_INPUT)).isEqualTo(1_400_001);
    assertThat(gpt.tokens(Tokens.OUTPUT, Tokens.REASONING)).isEqualTo(20_007);
    assertThat(gpt.total()).isEqualTo(1_420_008);
    assertThat(gpt.estimated()).isEqualTo(8);
  }

  @Test
  void aRouteIsTheSumOfItsModelsAlsoOfThoseThatItHasNoMore() {
    RouteUsage usage =
        usage(
            "m/requests/a 1",
            "m/output/USD/1000/1/a 1000",
            "m/requests/gone/model 2",
            "m/output/EUR/1000/2/gone/model 500",
            "m/output/-/free 9",
            "p/requests/openai 3",
            "p/errors/openai 1",
            "from/the/future 5");
    assertThat(usage.requests()).isEqualTo(3);
    assertThat(usage.tokens()).isEqualTo(1509);
    assertThat(usage.cost()).isEqualTo(Map.of("USD", new BigDecimal(1), "EUR", new BigDecimal(1)));
    assertThat(usage.provider("openai")).isEqualTo(new ProviderUsage(3, 1));
    assertThat(usage.provider("other")).isEqualTo(ProviderUsage.NONE);
    assertThat(usage.model("other")).isEqualTo(ModelUsage.NONE);
    assertThat(usage.model("free").cost()).isEmpty();
  }

  record Bought(Tokens tokens, long per, long micros, String model, long used) {
    String line() {
      BigDecimal amount = BigDecimal.valueOf(micros, 6);
      return new Used(tokens, new UnitPrice("USD", per, amount), model).text();
    }
  }

  /** The model: whole numbers of a trillionth, in which no price and no division has a rest. */
  @Property(tries = 500)
  void costIsExact(@ForAll("bought") List<Bought> bought) {
    Map<String, Long> ledger = new HashMap<>();
    Map<String, BigInteger> trillionths = new HashMap<>();
    for (Bought one : bought) {
      ledger.merge(one.line(), one.used(), Long::sum);
      trillionths.merge(
          one.model(),
          BigInteger.valueOf(one.used())
              .multiply(BigInteger.valueOf(one.micros()))
              .multiply(BigInteger.valueOf(1_000_000 / one.per())),
          BigInteger::add);
    }
    RouteUsage usage =
        RouteUsage.of(
            ledger.entrySet().stream()
                .map(line -> new SubjectUsage(line.getKey(), line.getValue()))
                .toList());
    trillionths.forEach(
        (model, expected) ->
            assertThat(usage.model(model).cost().get("USD"))
                .isEqualByComparingTo(new BigDecimal(expected, 12)));
    BigInteger all = trillionths.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    assertThat(usage.cost().getOrDefault("USD", BigDecimal.ZERO))
        .isEqualByComparingTo(new BigDecimal(all, 12));
  }

  @Provide
  Arbitrary<List<Bought>> bought() {
    return Combinators.combine(
            Arbitraries.of(Tokens.class),
            Arbitraries.of(1000L, 1_000_000L),
            // A few prices, so that edits in mid-month come back to one.
            Arbitraries.oneOf(
                Arbitraries.of(0L, 1L, 2_500_000L),
                Arbitraries.longs().between(0, 999_999_999_999L)),
            Arbitraries.of("a", "b/c"),
            Arbitraries.longs().between(0, 1L << 48))
        .as(Bought::new)
        .list()
        .ofMaxSize(30);
  }
}
