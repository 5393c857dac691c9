/** What Weir promises, tried on the whole of it. */
@NullMarked
package dev.weir.e2e;

import org.jspecify.annotations.NullMarked;
