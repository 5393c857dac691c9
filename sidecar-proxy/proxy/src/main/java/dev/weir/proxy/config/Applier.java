package dev.weir.proxy.config;

import dev.weir.protocol.FromOperator;

/** Turns a snapshot into the rules that decide requests. */
public interface Applier {

  /**
   * Puts the update in force: requests that start after this returned are decided by it. Called by
   * one thread at a time, never by an event loop. When it throws, the rules from before are still
   * in force.
   *
   * @throws RefusedException when the update can't be honoured; the message goes to the operator
   *     and into status, so it names the member and holds no secret
   */
  void apply(FromOperator.Update update) throws RefusedException;
}
