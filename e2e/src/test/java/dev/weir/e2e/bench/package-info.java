/**
 * What the sidecar adds to an LLM's stream: it and the provider as processes on this machine,
 * without a cluster. The benchmark prints and judges nothing; {@code e2e/bench/llm.sh} starts it.
 */
@NullMarked
package dev.weir.e2e.bench;

import org.jspecify.annotations.NullMarked;
