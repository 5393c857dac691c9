package dev.weir.e2e.provider;

import java.util.Map;

/**
 * One call, as the provider saw it.
 *
 * @param head header names in lower case
 * @param begunNanos when it had arrived, by {@link System#nanoTime}
 * @param endedNanos when the answer was written or could not be written on
 * @param toldUsage whether all of the answer was written, and its usage in it
 */
public record Received(
    Script script,
    Map<String, String> head,
    String body,
    long begunNanos,
    long endedNanos,
    boolean toldUsage) {}
