/**
 * Whether a pod gets the sidecar, and the patch that puts it there; whether a workload's mark is
 * mirrored into its pod template, and the patch for that. Pure: no client, no clock, no randomness,
 * any thread. Reviewed by reading the golden files of the tests.
 */
@NullMarked
package dev.weir.operator.inject;

import org.jspecify.annotations.NullMarked;
