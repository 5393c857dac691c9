/**
 * The kinds of {@code weir.dev/v1alpha1} as Java types. The CRD YAML in this module's root folder
 * is generated from them, so an annotation here is what the API server enforces. Only shapes live
 * here: no defaults that code applies, no validation beyond the schema, no client calls.
 *
 * <p>Spec types are immutable records. A component that the schema does not require is nullable.
 */
@NullMarked
package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.NullMarked;
