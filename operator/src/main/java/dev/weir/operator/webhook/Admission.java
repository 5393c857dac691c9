package dev.weir.operator.webhook;

/** Answers one kind of review. Thread-safe. */
@FunctionalInterface
interface Admission {
  /**
   * The body of the answer.
   *
   * @throws Review.Malformed when the object is not what the webhook is registered for
   */
  byte[] answer(Review review) throws Review.Malformed;
}
