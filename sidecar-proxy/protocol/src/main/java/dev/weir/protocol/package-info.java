/**
 * What operator and sidecar say to each other over the config stream: JSON text frames, one {@link
 * dev.weir.protocol.FromOperator} or {@link dev.weir.protocol.FromSidecar} each. Immutable records
 * and Jackson annotations live here; no behaviour, no other dependency. Unknown members are ignored
 * on both sides, so that neighbouring versions understand each other.
 */
@NullMarked
package dev.weir.protocol;

import org.jspecify.annotations.NullMarked;
