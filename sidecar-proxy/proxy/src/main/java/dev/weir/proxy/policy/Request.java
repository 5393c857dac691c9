package dev.weir.proxy.policy;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What limits look at.
 *
 * @param path in normal form; null when it is ambiguous, see {@link PathText}
 * @param query percent-encoded, empty for none
 */
record Request(String method, @Nullable String path, String query, HttpHeaders headers) {}
