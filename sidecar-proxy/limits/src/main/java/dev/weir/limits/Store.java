package dev.weir.limits;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps counters and decides on them, all-or-nothing. Thread-safe; no method but {@link #close}
 * blocks.
 */
public interface Store extends AutoCloseable {

  /** Decides on all charges together. At most 64 charges, no counter and subject twice. */
  Decision decide(List<Charge> charges);

  /**
   * Takes charges whatever is left, each exactly once: what was only known afterwards, such as the
   * tokens of an answer. A counter may so go over its limit; a window then stays used up until its
   * end, a bucket is in debt until it has gained as much. {@code needs} and {@code allowOnFailure}
   * mean nothing here. While the store does not answer the charges are kept and taken once it does,
   * each from the period that then runs; only the end of this process loses them, or a store that
   * is closed while its counters do not answer. At most 64 charges, no counter and subject twice.
   */
  void settle(List<Charge> charges);

  /** Whether the counters answer. */
  Health health();

  /**
   * Lets pending decisions end by their failure action and takes what was settled. The one method
   * that may wait, up to 2 s for counters that do not answer, but not on an event loop. Settle
   * nothing afterwards.
   */
  @Override
  void close();

  /**
   * Whether the counters answer.
   *
   * @param shared whether other processes see the same counters
   * @param error what went wrong last while not available
   */
  record Health(boolean shared, boolean available, @Nullable String error) {}
}
