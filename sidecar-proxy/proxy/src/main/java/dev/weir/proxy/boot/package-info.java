/**
 * The sidecar as a process: configuration from the environment, wiring, start and end. Everything
 * else gets its collaborators from here. Runs on the main thread and on that of signals.
 */
@NullMarked
package dev.weir.proxy.boot;

import org.jspecify.annotations.NullMarked;
