/**
 * From a request to one decision and back: which limits and quotas apply, what they charge, what
 * the response says about them, and on LLM routes what a call used in the end. {@link
 * dev.weir.proxy.policy.LivePolicy} compiles a snapshot on the config client's thread and swaps it
 * in with one volatile write; all the rest is immutable and runs on event loops. Does no I/O and
 * knows neither connections nor the application.
 */
@NullMarked
package dev.weir.proxy.policy;

import org.jspecify.annotations.NullMarked;
