/**
 * An application to try Weir on, and a client that sends it traffic; the JDK only, so that it knows
 * nothing of Weir. One virtual thread a connection.
 */
@NullMarked
package dev.weir.demo;

import org.jspecify.annotations.NullMarked;
