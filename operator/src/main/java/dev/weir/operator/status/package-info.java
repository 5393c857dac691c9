/**
 * The only place that writes to the API server about our objects: their status subresource by
 * server-side apply, Events on transitions, and the ControllerRevisions that keep last accepted
 * specs. Never a spec, never metadata. Runs on the leader; each writer has one thread of its own,
 * and offering something never blocks.
 */
@NullMarked
package dev.weir.operator.status;

import org.jspecify.annotations.NullMarked;
