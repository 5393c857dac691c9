package dev.weir.proxy.upstream;

/** Waits for a connection; exactly one of the two is called, once, on the event loop. */
public interface Waiter {

  /** The connection is the waiter's until it is released or abandoned. */
  void connected(UpstreamConnection connection);

  /** There is none; the other side does not listen or does not answer. */
  void failed(Throwable cause);
}
