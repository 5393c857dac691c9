/**
 * Pure: which workloads serve which route, and which policies govern which workload and route. The
 * order in which objects were applied, listed or seen makes no difference. Knows no client, no
 * clock, no file.
 */
@NullMarked
package dev.weir.operator.attach;

import org.jspecify.annotations.NullMarked;
