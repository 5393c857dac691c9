/**
 * Pure: a spec in, a verdict out. Checks what the CRD's schema cannot see, and again the little
 * that a crash of the compiler would hang on. Knows no client, no clock, no file.
 */
@NullMarked
package dev.weir.operator.validate;

import org.jspecify.annotations.NullMarked;
