/**
 * A real cluster with Weir in it, for the suites: processes, {@code kubectl} and {@code helm} as
 * users run them, Redis, traffic. Nothing here knows what a suite expects.
 */
@NullMarked
package dev.weir.e2e.harness;

import org.jspecify.annotations.NullMarked;
