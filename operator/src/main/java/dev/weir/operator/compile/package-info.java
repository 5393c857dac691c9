/** Pure: a world in, one snapshot per workload out. */
@NullMarked
package dev.weir.operator.compile;

import org.jspecify.annotations.NullMarked;
