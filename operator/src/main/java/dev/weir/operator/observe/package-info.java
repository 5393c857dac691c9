/**
 * What an administrator sees of the operator: metrics and health, over plain HTTP. Reads what
 * others give it, changes nothing.
 */
@NullMarked
package dev.weir.operator.observe;

import org.jspecify.annotations.NullMarked;
