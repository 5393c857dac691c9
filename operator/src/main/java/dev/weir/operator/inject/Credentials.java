package dev.weir.operator.inject;

/**
 * What differs from one injection to the next.
 *
 * @param ca PEM certificates that the sidecar trusts the operator by, the current and perhaps the
 *     next
 * @param drainToken unguessable path segment of the drain hook, {@code [A-Za-z0-9_-]+}
 */
public record Credentials(String ca, String drainToken) {}
