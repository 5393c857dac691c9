/** What the cluster looks like: informers and the immutable view that they give. */
@NullMarked
package dev.weir.operator.world;

import org.jspecify.annotations.NullMarked;
