/** A real Redis for the tests of this and other modules. */
@NullMarked
package dev.weir.limits.testing;

import org.jspecify.annotations.NullMarked;
