/**
 * Who sends a request: API keys and the consumers that they belong to. Knows no limits. Immutable
 * but for {@link dev.weir.proxy.identity.KeyDigest}, of which each event loop has its own. No key
 * is kept, logged or compared; only SHA-256 values are.
 */
@NullMarked
package dev.weir.proxy.identity;

import org.jspecify.annotations.NullMarked;
