package dev.weir.operator.usage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.operator.stream.Sidecar;
import dev.weir.operator.usage.LimitTotals.Count;
import dev.weir.operator.world.PodRef;
import dev.weir.protocol.FromSidecar.LimitCount;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LimitTotalsTest {

  private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant BEFORE = SINCE.minusSeconds(60);
  private static final Instant AFTER = SINCE.plusSeconds(60);

  private final LimitTotals totals = new LimitTotals(SINCE);

  private static Sidecar report(String pod, String incarnation, long allowed, long limited) {
    return new Sidecar(
        new PodRef("shop", pod, "uid-" + pod),
        incarnation,
        "1",
        SINCE,
        null,
        null,
        null,
        List.of(new LimitCount("RateLimitPolicy/api", "x", allowed, limited)),
        List.of());
  }

  private Count total(Map<String, Count> inStatus) {
    return total("uid", inStatus);
  }

  private Count total(String uid, Map<String, Count> inStatus) {
    return requireNonNull(
        totals.of("shop", "RateLimitPolicy/api", uid, inStatus, List.of("x")).get("x"));
  }

  @Test
  void reportsAreCumulativeSoThatLossAndDuplicationChangeNothing() {
    totals.observe(report("a", "1", 5, 1), AFTER);
    totals.observe(report("a", "1", 9, 2), AFTER);
    totals.observe(report("a", "1", 9, 2), AFTER);
    totals.observe(report("a", "1", 5, 1), AFTER);
    assertThat(total(Map.of())).isEqualTo(new Count(9, 2));
  }

  @Test
  void anEndedIncarnationStaysCounted() {
    totals.observe(report("a", "1", 5, 1), AFTER);
    totals.observe(report("a", "2", 2, 0), AFTER);
    totals.retain(Set.of());
    totals.observe(report("b", "3", 1, 1), AFTER);
    assertThat(total(Map.of())).isEqualTo(new Count(8, 2));
  }

  @Test
  void aNewOperatorGoesOnFromTheStatusAndTakesOlderSidecarsAsBaseline() {
    assertThat(total(Map.of("x", new Count(100, 10)))).isEqualTo(new Count(100, 10));
    totals.observe(report("a", "1", 90, 9), BEFORE);
    assertThat(total(Map.of())).isEqualTo(new Count(100, 10));
    totals.observe(report("a", "1", 95, 9), BEFORE);
    assertThat(total(Map.of())).isEqualTo(new Count(105, 10));
  }

  @Test
  void aSidecarThatBeganAfterTheOperatorCountsFromItsStart() {
    totals.observe(report("a", "1", 3, 0), AFTER);
    totals.observe(report("b", "1", 4, 0), null);
    assertThat(total(Map.of())).isEqualTo(new Count(7, 0));
  }

  @Test
  void aCrashedSidecarsSuccessorCountsFromItsStartEvenInAnOldPod() {
    totals.observe(report("a", "1", 90, 0), BEFORE);
    totals.observe(report("a", "2", 7, 0), BEFORE);
    assertThat(total(Map.of())).isEqualTo(new Count(7, 0));
  }

  @Test
  void aNewObjectOfAnOldNameCountsFromZero() {
    totals.observe(report("a", "1", 5, 0), AFTER);
    assertThat(total("first", Map.of())).isEqualTo(new Count(5, 0));
    assertThat(total("second", Map.of())).isEqualTo(new Count(0, 0));
    totals.observe(report("a", "1", 6, 0), AFTER);
    assertThat(total("second", Map.of())).isEqualTo(new Count(1, 0));
  }

  @Test
  void tellsWhichPoliciesMoved() {
    assertThat(totals.observe(report("a", "1", 5, 0), AFTER))
        .containsExactly("RateLimitPolicy/api");
    assertThat(totals.observe(report("a", "1", 5, 0), AFTER)).isEmpty();
  }
}
