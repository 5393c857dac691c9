/** Tests of the kinds against a real API server: what it refuses, stores and shows. */
@NullMarked
package dev.weir.crds;

import org.jspecify.annotations.NullMarked;
