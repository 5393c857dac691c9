package dev.weir.limits;

import java.util.List;

/**
 * The result of one decision over all charges of a request: all were taken, or none.
 *
 * @param states one per charge in its order; empty when the store did not answer
 */
public record Outcome(Verdict verdict, List<ChargeState> states) {

  /** What is to be done with the request. */
  public enum Verdict {
    /** Every charge was taken. */
    ADMITTED,
    /** At least one charge did not fit; see {@link ChargeState#fits()}. */
    LIMITED,
    /** The store did not answer and every charge allows that; it is charged once it answers. */
    ALLOWED_ON_FAILURE,
    /** The store did not answer and at least one charge does not allow that. */
    DENIED_ON_FAILURE
  }

  /**
   * One charge after the decision.
   *
   * @param fits whether at least the charge's {@code needs} were left
   * @param remaining units left in the window or bucket, at least 0
   * @param resetMicros time until the window ends or the bucket is full
   * @param retryMicros time until the charge's {@code needs} can be left; 0 when it fits
   */
  public record ChargeState(boolean fits, long remaining, long resetMicros, long retryMicros) {}

  /** Whether the request goes on to the application. */
  public boolean passes() {
    return verdict == Verdict.ADMITTED || verdict == Verdict.ALLOWED_ON_FAILURE;
  }
}
