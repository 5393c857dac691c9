package dev.weir.limits;

/** One subject's counter: what a charge is taken from, whatever its limit is today. */
record CounterKey(String id, String subject) {
  static CounterKey of(Charge charge) {
    return new CounterKey(charge.counter().id(), charge.subject());
  }
}
