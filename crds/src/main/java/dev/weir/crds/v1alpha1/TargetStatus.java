package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/** One target. */
public record TargetStatus(
    @JsonPropertyDescription("The workload or LlmRoute as kind/name.") @Size(max = 320) String ref,
    @JsonPropertyDescription("How many pods it has; of an LlmRoute, those that serve it.") @Min(0)
        int pods,
    @JsonPropertyDescription("How many limits or quotas of this object hold for it.") @Min(0)
        int effectiveLimits) {}
