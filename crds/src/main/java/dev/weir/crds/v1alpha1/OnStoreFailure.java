package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What happens while the shared counters cannot be reached. */
public record OnStoreFailure(
    @JsonPropertyDescription(
            "Allow: the request passes uncounted. Deny: it is rejected with 503 and Retry-After.")
        FailureAction action) {}
