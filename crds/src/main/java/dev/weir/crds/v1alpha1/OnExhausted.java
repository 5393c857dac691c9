package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What happens once a quota is used up. */
public record OnExhausted(
    @JsonPropertyDescription("Reject: requests are rejected with 429 until the period ends.")
        ExhaustedType type) {}
