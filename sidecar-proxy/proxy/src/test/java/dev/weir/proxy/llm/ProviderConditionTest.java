package dev.weir.proxy.llm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProviderConditionTest {
  private final ProviderCondition condition = new ProviderCondition("chat", "mock");

  @Test
  void failuresInARowEndWithASuccess() {
    condition.failed("first");
    condition.answered(0, 500);
    condition.failed("second");
    assertThat(condition.health().failures()).isEqualTo(2);
    assertThat(condition.health().error()).isEqualTo("second");
    condition.succeeded();
    assertThat(condition.health().failures()).isZero();
    assertThat(condition.health().error()).isNull();
  }

  @Test
  void rateLimitedIsWhatTheLastAnswerSaid() {
    condition.answered(0, 429);
    assertThat(condition.health().rateLimited()).isTrue();
    condition.failed("not reached");
    assertThat(condition.health().rateLimited()).isTrue();
    condition.answered(0, 200);
    assertThat(condition.health().rateLimited()).isFalse();
  }

  @Test
  void percentileIsOfTheLast256() {
    assertThat(condition.health().p95Millis()).isZero();
    condition.answered(7_900_000, 200);
    assertThat(condition.health().p95Millis()).isEqualTo(7);
    for (int millis = 1; millis <= 100; millis++) {
      condition.answered(millis * 1_000_000L, 200);
    }
    assertThat(condition.health().p95Millis()).isEqualTo(95);
    for (int i = 0; i < 256; i++) {
      condition.answered(3_000_000, 200);
    }
    assertThat(condition.health().p95Millis()).isEqualTo(3);
  }
}
