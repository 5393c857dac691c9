/** The config stream: serves snapshots to sidecars, knows who acknowledged what. */
@NullMarked
package dev.weir.operator.stream;

import org.jspecify.annotations.NullMarked;
