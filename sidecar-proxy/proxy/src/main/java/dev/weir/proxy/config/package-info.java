/**
 * Gets the snapshot that governs this sidecar from the operator and keeps it: the stream's client,
 * the last known good snapshot, and the live one. What a snapshot means for a request is not known
 * here, see {@link dev.weir.proxy.config.Applier}.
 *
 * <p>The connection lives on one event loop. All that blocks (name look-up, token file, compiling
 * and storing a snapshot) runs on one other thread, so that snapshots are handled one after the
 * other.
 */
@NullMarked
package dev.weir.proxy.config;

import org.jspecify.annotations.NullMarked;
