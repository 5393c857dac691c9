package dev.weir.limits;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps counters and decides on them, all-or-nothing. Thread-safe; no method blocks. */
public interface Store extends AutoCloseable {

  /** Decides on all charges together. At most 64 charges, no counter and subject twice. */
  Decision decide(List<Charge> charges);

  /**
   * Takes charges whatever is left, each exactly once: what was only known afterwards, such as the
   * tokens of an answer. A counter may so go over its limit; a window then stays used up until its
   * end, a bucket is in debt until it has gained as much. {@code needs} and {@code allowOnFailure}
   * mean nothing here. While the store does not answer the charges are kept and taken once it does;
   * only the end of this process loses them. At most 64 charges, no counter and subject twice.
   */
  void settle(List<Charge> charges);

  /** Whether the counters answer. */
  Health health();

  /** Returns what is to be returned and lets pending decisions end by their failure action. */
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
