package dev.weir.operator.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.operator.compile.LedgerLine.Estimated;
import dev.weir.operator.compile.LedgerLine.ModelRequests;
import dev.weir.operator.compile.LedgerLine.ProviderErrors;
import dev.weir.operator.compile.LedgerLine.ProviderRequests;
import dev.weir.operator.compile.LedgerLine.Tokens;
import dev.weir.operator.compile.LedgerLine.UnitPrice;
import dev.weir.operator.compile.LedgerLine.Used;
import java.math.BigDecimal;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts are in the shared store: another way of writing one would lose what was counted. */
final class LedgerLineTest {

  static Stream<Arguments> lines() {
    UnitPrice price = new UnitPrice("USD", 1_000_000, new BigDecimal("2.50"));
    return Stream.of(
        Arguments.of(new ModelRequests("gpt-4o"), "m/requests/gpt-4o"),
        Arguments.of(new Estimated("org/llama:8b"), "m/estimated/org/llama:8b"),
        Arguments.of(new Used(Tokens.INPUT, price, "gpt-4o"), "m/input/USD/1000000/2.5/gpt-4o"),
        Arguments.of(
            new Used(Tokens.CACHED_INPUT, price, "a/b"), "m/cachedInput/USD/1000000/2.5/a/b"),
        Arguments.of(new Used(Tokens.OUTPUT, null, "a/b"), "m/output/-/a/b"),
        // A model with a name like a price is not taken for one.
        Arguments.of(
            new Used(Tokens.REASONING, null, "USD/1000000/2.5/x"),
            "m/reasoning/-/USD/1000000/2.5/x"),
        Arguments.of(new ProviderRequests("openai"), "p/requests/openai"),
        Arguments.of(new ProviderErrors("openai"), "p/errors/openai"));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void hasOneText(LedgerLine line, String text) {
    assertThat(line.text()).isEqualTo(text);
    assertThat(LedgerLine.parse(text)).contains(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "m/",
        "m/requests/",
        "m/audio/-/x",
        "m/input/USD/1000000/2.5/",
        "m/input/USD/999/2.5/x",
        "m/input/USD/1000/-1/x",
        "m/input/USD/1000/1e9/x",
        "x/requests/y"
      })
  void whatIsNotOursIsLeftOut(String text) {
    assertThat(LedgerLine.parse(text)).isEmpty();
  }

  @Test
  void theSamePriceIsTheSameLineWhicheverWayItIsWritten() {
    assertThat(text("2.50")).isEqualTo(text("2.5")).isEqualTo(text("02.500"));
    assertThat(text("0.00")).isEqualTo(text("0"));
    assertThat(text("100")).isEqualTo("m/input/USD/1000/100/x");
  }

  private static String text(String amount) {
    return new Used(Tokens.INPUT, new UnitPrice("USD", 1000, new BigDecimal(amount)), "x").text();
  }

  @Property(tries = 1000)
  void everyLineIsReadAsItWasWritten(@ForAll("used") Used line) {
    assertThat(LedgerLine.parse(line.text())).contains(line);
  }

  @Provide
  Arbitrary<Used> used() {
    Arbitrary<UnitPrice> price =
        Combinators.combine(
                Arbitraries.of("USD", "EUR"),
                Arbitraries.of(1000L, 1_000_000L),
                Arbitraries.bigDecimals()
                    .between(BigDecimal.ZERO, new BigDecimal("999999999"))
                    .ofScale(6))
            .as(UnitPrice::new);
    return Combinators.combine(
            Arbitraries.of(Tokens.class),
            price.injectNull(0.2),
            Arbitraries.strings().all().ofMinLength(1).ofMaxLength(40))
        .as(Used::new);
  }
}
