/**
 * The program: reads its environment, builds everything by constructors, starts it in order and
 * ends it in order. Nothing else lives here.
 */
@NullMarked
package dev.weir.operator.boot;

import org.jspecify.annotations.NullMarked;
