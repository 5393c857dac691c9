package dev.weir.limits;

/**
 * What this holder knows of its part in one counter (NOT thread safe: guarded by the store's lock).
 *
 * <p>Clean: the store has what is here. Dirty: a call was abandoned, requests were let pass without
 * an answer, something is to be settled, or the store may have lost its counters; to be asserted by
 * the next call.
 *
 * <p>What is to be settled is <em>open</em> until a call carries it, then <em>sealed</em> until one
 * that did is answered: as long as it may have been taken, nothing is added to it.
 */
final class Holding {

  /** The clocks of store and holder differ by less than this after an answer. */
  private static final long SLACK_MICROS = 10_000_000;

  /** A bucket's epoch is over after this time at most; the script has it too. */
  private static final long BUCKET_EPOCH_MICROS = 3_600_000_000L;

  /** Asks the store to keep what it has of this holder. */
  static final long UNKNOWN = -1;

  private static final long MAX_OPEN = 1L << 62;

  private Charge last;
  private long epoch;
  private long used;
  private long extraEnd;
  private long extra;
  private long level;
  private long levelAt;
  private long endMicros;
  private boolean dirty;
  private long open;
  private long sealed;

  /**
   * @param used 0, or {@link #UNKNOWN} where an earlier holding may have been forgotten
   */
  Holding(Charge charge, long used) {
    this.last = charge;
    this.used = used;
  }

  /** The newest charge: its spec is in force. */
  Charge last() {
    return last;
  }

  void charged(Charge charge) {
    last = charge;
  }

  boolean dirty() {
    return dirty;
  }

  void markDirty() {
    dirty = true;
  }

  /** Whether the epoch ended, with nothing left to assert: forgetting this changes nothing. */
  boolean over(long nowMicros) {
    boolean bucket = last.counter().spec() instanceof LimitSpec.TokenBucket;
    long end = bucket ? levelAt + BUCKET_EPOCH_MICROS : endMicros;
    return !dirty && end + SLACK_MICROS <= nowMicros;
  }

  /** Whether the store would decide otherwise if it had lost what is here. */
  boolean inUse(long nowMicros) {
    return used != 0 && endMicros > nowMicros;
  }

  /** Counts a request that was let pass without an answer. */
  void letPass(long cost, long nowMicros) {
    dirty = true;
    if (last.counter().spec() instanceof LimitSpec.TokenBucket bucket) {
      // At most a bucketful: while there was no answer the bucket went on filling.
      extra = Math.min(extra + cost, bucket.burst());
      return;
    }
    Periods periods = Periods.of(last.counter().spec(), nowMicros);
    if (extraEnd < periods.end()) {
      extraEnd = periods.end();
      extra = 0;
    }
    extra = Math.min(extra + cost, LimitSpec.MAX_UNITS);
  }

  /** Keeps what is to be taken whatever is left. */
  void settle(long cost) {
    dirty = true;
    open = Math.min(open + cost, MAX_OPEN);
  }

  /** Whether anything settled waits for an answer. */
  boolean settling() {
    return open > 0 || sealed > 0;
  }

  /** Seals what is open and returns whether that is anything; not while something is sealed. */
  boolean seal() {
    sealed = Math.min(open, LimitSpec.MAX_UNITS);
    open -= sealed;
    return sealed > 0;
  }

  /** What each call is to carry until one is answered. */
  long sealed() {
    return sealed;
  }

  /** Takes over the answer of a call that asserted this holding. */
  void answered(Sent sent, long newEpoch, long newUsed, long newLevel, long end, long nowMicros) {
    epoch = newEpoch;
    used = newUsed;
    level = newLevel;
    levelAt = nowMicros;
    endMicros = end;
    if (extraEnd == sent.extraEnd()) {
      extra = Math.max(0, extra - sent.extra());
    }
    sealed = 0;
    dirty = extra > 0 || open > 0;
  }

  /** What a call says about this holding. */
  Sent sent() {
    boolean bucket = last.counter().spec() instanceof LimitSpec.TokenBucket;
    // Nothing on top of an unknown amount: sent twice it would count twice.
    long toAdd = used == UNKNOWN ? 0 : extra;
    long seenAt = epoch == 0 ? 0 : levelAt; // a bucket without an epoch was not kept
    return new Sent(bucket ? epoch : endMicros, used, extraEnd, toAdd, level, seenAt);
  }

  /**
   * @param of the bucket's epoch or the window's end that {@code used} belongs to
   */
  record Sent(long of, long used, long extraEnd, long extra, long level, long levelAt) {}
}
