/**
 * Limiter algorithms and the stores that keep their counters. The public types here are the port: a
 * request's {@link dev.weir.limits.Charge}s go in, one {@link dev.weir.limits.Decision} comes out.
 * No HTTP, no Kubernetes, no JSON.
 */
@NullMarked
package dev.weir.limits;

import org.jspecify.annotations.NullMarked;
