package dev.weir.proxy.exchange;

import java.time.Duration;

/**
 * How patient we are with clients. Each is met to within one sweep, a quarter of a second.
 *
 * @param head from the first byte of a head to its last
 * @param idle between requests, and within a request's or response's body while the client alone
 *     holds things up
 * @param linger to let the client read the last response before the connection is gone
 * @param debugHeaders whether responses carry the revision that decided them
 */
public record Settings(Duration head, Duration idle, Duration linger, boolean debugHeaders) {

  /** What production uses. */
  public static Settings standard(boolean debugHeaders) {
    return new Settings(
        Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ofSeconds(2), debugHeaders);
  }
}
