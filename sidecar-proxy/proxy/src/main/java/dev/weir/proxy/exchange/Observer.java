package dev.weir.proxy.exchange;

/** Hears what happens to requests, for metrics. Called on event loops; must not block. */
public interface Observer {

  /** A request ended. */
  void ended(Ending ending);

  /** The counters took this long to decide. */
  void decided(long nanos);

  /** From the decision to the head of the application's response. */
  void answered(long nanos);

  /** A client connected, or went. */
  void connections(int change);
}
