/**
 * Writes the CRD YAML and the API reference from the Java types. It runs while the project is built
 * and is left out of the jar; nothing at run time may refer to it.
 */
@NullMarked
package dev.weir.crds.generate;

import org.jspecify.annotations.NullMarked;
