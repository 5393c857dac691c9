package dev.weir.proxy.llm;

import java.time.Duration;

/**
 * Bounds of calls that are not the route's to choose.
 *
 * @param drain so long an answer is read on for its usage after its client went away
 * @param maxDrains so many at a time on one event loop
 * @param maxBody bytes of one request
 * @param debugHeaders whether responses carry the revision that decided them
 */
public record LlmSettings(Duration drain, int maxDrains, int maxBody, boolean debugHeaders) {

  /** What production uses. */
  public static LlmSettings standard(boolean debugHeaders) {
    return new LlmSettings(Duration.ofSeconds(30), 64, 4 << 20, debugHeaders);
  }
}
