/**
 * What arrives from clients: the listener, the strict HTTP/1.1 framing rules in front of everything
 * else, and the one parsed {@link dev.weir.proxy.inbound.Head} that the rest of the proxy reads.
 * Knows neither limits nor the application. Everything here runs on the connection's event loop.
 */
@NullMarked
package dev.weir.proxy.inbound;

import org.jspecify.annotations.NullMarked;
