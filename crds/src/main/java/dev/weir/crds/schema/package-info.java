/**
 * Annotations that say about a kind's fields what the CRD generator has no annotation for. They are
 * read by {@code dev.weir.crds.generate} while the project is built; at run time nothing reads
 * them. No code lives here.
 */
@NullMarked
package dev.weir.crds.schema;

import org.jspecify.annotations.NullMarked;
