package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Who is charged. */
public record Subject(
    @JsonPropertyDescription(
            "Each consumer that identity recognises has its own quotas; written as consumer: {}.")
        Empty consumer) {}
