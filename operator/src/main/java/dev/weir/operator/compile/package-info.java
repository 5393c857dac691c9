/**
 * Pure: a world in, one snapshot per workload out. Every default of the API is filled in here and
 * nowhere else. Knows no client, no clock, no file; the same world gives the same revisions in
 * every replica.
 */
@NullMarked
package dev.weir.operator.compile;

import org.jspecify.annotations.NullMarked;
