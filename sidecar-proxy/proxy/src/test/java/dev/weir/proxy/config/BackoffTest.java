package dev.weir.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BackoffTest {

  @Property
  void waitsBetweenHalfAndTheWholeOfADoublingCappedTime(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int failures) {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), new Random(seed));
    long whole = 100;
    for (int i = 0; i < failures; i++) {
      assertThat(backoff.nextMillis()).isBetween(whole / 2, whole);
      whole = Math.min(10_000, whole * 2);
    }
    assertThat(backoff.slowMillis()).isBetween(5_000L, 10_000L);
    backoff.reset();
    assertThat(backoff.nextMillis()).isBetween(50L, 100L);
  }
}
