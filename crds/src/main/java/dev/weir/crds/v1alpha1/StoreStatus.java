package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Where the counters are. */
public record StoreStatus(
    @JsonPropertyDescription(
            "Shared: in Redis, for all pods together. Local: in each pod, which has the whole limit"
                + " for itself. Unavailable: in Redis, which cannot be reached.")
        StoreMode mode) {}
