/** What tests of several packages apply. */
@NullMarked
package dev.weir.operator.testing;

import org.jspecify.annotations.NullMarked;
