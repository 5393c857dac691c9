/** What tests of several packages share: scriptable peers and leak detection. */
@NullMarked
package dev.weir.proxy.testing;

import org.jspecify.annotations.NullMarked;
