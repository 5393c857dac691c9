/**
 * The straight path: changes of the world make {@link dev.weir.operator.reconcile.Pipeline} compile
 * and publish it, on every replica and on one thread; on the leader, JOSDK's reconcilers compute
 * each object's status from what came of it, from what sidecars acknowledged and from what was
 * used, and offer it to {@code status}. What a status says is decided by pure functions here.
 */
@NullMarked
package dev.weir.operator.reconcile;

import org.jspecify.annotations.NullMarked;
