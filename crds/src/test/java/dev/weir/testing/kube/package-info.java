/**
 * A real Kubernetes API server for integration tests, also those of other modules (test-jar). It
 * knows admission, RBAC, tokens, CRDs and server-side apply; there is no controller manager and no
 * node. Nothing of Weir but the CRD YAML lives here.
 */
@NullMarked
package dev.weir.testing.kube;

import org.jspecify.annotations.NullMarked;
