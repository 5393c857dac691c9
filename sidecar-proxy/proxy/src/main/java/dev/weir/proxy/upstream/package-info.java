/**
 * Connections to the application and to providers: keep-alive pools per event loop, what is read
 * from them, and when a request may be sent a second time. Knows nothing of clients and limits.
 * Everything here runs on the event loop that owns the pool, but for the look-up of names.
 */
@NullMarked
package dev.weir.proxy.upstream;

import org.jspecify.annotations.NullMarked;
