/**
 * The life of one request: decided, forwarded to the application on the same event loop, answered.
 * {@link dev.weir.proxy.exchange.ClientConnection} lives as long as a client's connection and has
 * at most one {@link dev.weir.proxy.exchange.Exchange} at a time, which has one terminal state and
 * releases everything exactly once. Who makes the exchanges is the listener's {@link
 * dev.weir.proxy.exchange.Service}: the one here forwards to the application, that of {@code llm}
 * calls providers. Nothing here blocks; everything runs on the connection's event loop.
 */
@NullMarked
package dev.weir.proxy.exchange;

import org.jspecify.annotations.NullMarked;
