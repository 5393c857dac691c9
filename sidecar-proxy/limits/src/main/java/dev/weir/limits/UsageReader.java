package dev.weir.limits;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads what was used of indexed counters, for status. Thread-safe; never blocks. */
public interface UsageReader extends AutoCloseable {

  /**
   * Usage of the current period, by the store's clock; fails when the store does not answer.
   *
   * @param namespace partition of the store
   * @param counter an indexed counter with a {@link LimitSpec.CalendarWindow}
   * @param top how many subjects to return, the most used first
   */
  CompletableFuture<Usage> read(String namespace, Counter counter, int top);

  @Override
  void close();

  /**
   * What was used of one counter in one period.
   *
   * @param used by all subjects together
   * @param subjects how many used anything
   * @param exhausted how many have nothing left
   * @param periodStartMillis since the epoch
   * @param periodEndMillis since the epoch
   */
  record Usage(
      long used,
      long subjects,
      long exhausted,
      List<SubjectUsage> top,
      long periodStartMillis,
      long periodEndMillis) {}

  /** What one subject used. */
  record SubjectUsage(String subject, long used) {}
}
