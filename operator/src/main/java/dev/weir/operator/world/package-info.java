/**
 * What the cluster looks like. {@link dev.weir.operator.world.ClusterWatch} runs the informers, on
 * every replica, and gives {@link dev.weir.operator.world.World}, an immutable view of what Weir
 * cares about and nothing else. The Kubernetes client stays inside: no type of it is in a view.
 * Nothing here writes. Informer threads call in; everything public may be called by any thread.
 */
@NullMarked
package dev.weir.operator.world;

import org.jspecify.annotations.NullMarked;
