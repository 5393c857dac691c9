/**
 * Pure: which policies govern which workload. The order in which objects were applied, listed or
 * seen makes no difference. Knows no client, no clock, no file.
 */
@NullMarked
package dev.weir.operator.attach;

import org.jspecify.annotations.NullMarked;
