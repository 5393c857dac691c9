/**
 * The config stream: serves snapshots to sidecars, knows who they are and who acknowledged what.
 * Frames of one connection are read one after the other on the server's virtual threads; {@code
 * publish} only hands over, what it hands over is written by a virtual thread per connection. Of
 * the API server only {@link dev.weir.operator.stream.TokenReviews} knows.
 */
@NullMarked
package dev.weir.operator.stream;

import org.jspecify.annotations.NullMarked;
