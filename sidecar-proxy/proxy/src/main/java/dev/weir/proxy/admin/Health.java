package dev.weir.proxy.admin;

/** What probes ask. Called on the admin listener's event loop; must not block. */
public interface Health {

  /** Whether there are rules in force and the counters were asked once. */
  boolean started();

  /** Whether new clients are welcome. */
  boolean ready();

  /** Ends all connections after the request that each is at; may be called again. */
  void drain();
}
