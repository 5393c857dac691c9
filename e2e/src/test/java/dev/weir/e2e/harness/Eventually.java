package dev.weir.e2e.harness;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Polls with a generous deadline. */
public final class Eventually {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private Eventually() {}

  /** Waits until the condition holds; a failing question counts as "not yet". */
  public static void that(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(DEADLINE)
        .pollInterval(INTERVAL)
        .ignoreExceptions()
        .until(condition);
  }

  /** Waits until the assertions pass and else fails with the last one that did not. */
  public static void asserted(String what, ThrowingRunnable assertions) {
    Awaitility.await(what).atMost(DEADLINE).pollInterval(INTERVAL).untilAsserted(assertions);
  }

  /** Waits until the question answers with exactly this. */
  public static void equal(String what, String expected, Callable<String> question) {
    asserted(what, () -> Assertions.assertThat(question.call()).as(what).isEqualTo(expected));
  }
}
