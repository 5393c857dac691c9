/**
 * The life of one request: decided, forwarded to the application on the same event loop, answered.
 * {@link dev.weir.proxy.exchange.ClientConnection} lives as long as a client's connection and has
 * at most one {@code Exchange} at a time, which has one terminal state and releases everything
 * exactly once. Nothing here blocks; everything runs on the connection's event loop.
 */
@NullMarked
package dev.weir.proxy.exchange;

import org.jspecify.annotations.NullMarked;
