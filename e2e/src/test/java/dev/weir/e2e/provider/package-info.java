/**
 * An LLM provider that does to each call exactly what the call's own text asks for, and remembers
 * what it sent. Nothing here knows Weir. One virtual thread a connection.
 */
@NullMarked
package dev.weir.e2e.provider;

import org.jspecify.annotations.NullMarked;
