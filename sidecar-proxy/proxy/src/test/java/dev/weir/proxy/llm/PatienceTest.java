package dev.weir.proxy.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Snapshot.Timeouts;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final long MILLI = 1_000_000;
  private static final Timeouts TIMEOUTS = new Timeouts(1, 20, 10, 100);
  private static final Patience.Late FIRST = new Patience.Late("timeouts.firstToken", 20);
  private static final Patience.Late BETWEEN = new Patience.Late("timeouts.betweenTokens", 10);
  private static final Patience.Late TOTAL = new Patience.Late("timeouts.total", 100);

  @Test
  void streamHasAFirstTokenAndThenOthers() {
    Patience patience = new Patience(TIMEOUTS, true, 0);
    assertThat(patience.late(19 * MILLI, true)).isNull();
    assertThat(patience.late(20 * MILLI, true)).isEqualTo(FIRST);
    patience.read(15 * MILLI);
    assertThat(patience.late(24 * MILLI, true)).isNull();
    assertThat(patience.late(25 * MILLI, true)).isEqualTo(BETWEEN);
  }

  @Test
  void clientThatDoesNotReadStopsTheClockButNotThatOfTheWhole() {
    Patience patience = new Patience(TIMEOUTS, true, 0);
    patience.read(0);
    assertThat(patience.late(50 * MILLI, false)).isNull();
    patience.resumed(50 * MILLI);
    assertThat(patience.late(59 * MILLI, true)).isNull();
    assertThat(patience.late(60 * MILLI, true)).isEqualTo(BETWEEN);
    assertThat(patience.late(100 * MILLI, false)).isEqualTo(TOTAL);
  }

  @Test
  void othersHaveTheWholeTime() {
    Patience patience = new Patience(TIMEOUTS, true, 0);
    patience.notStreamed();
    assertThat(patience.late(99 * MILLI, true)).isNull();
    assertThat(patience.late(100 * MILLI, true)).isEqualTo(TOTAL);
    assertThat(new Patience(TIMEOUTS, false, 0).late(99 * MILLI, true)).isNull();
  }
}
