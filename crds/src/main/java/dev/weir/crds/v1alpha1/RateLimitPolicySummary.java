package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/** What the columns of kubectl get read. */
public record RateLimitPolicySummary(
    @JsonPropertyDescription("How many limits the policy has.") @Min(0) int limits,
    @JsonPropertyDescription("How many requests they rejected.") @Min(0) long limited,
    @JsonPropertyDescription("The target, or the first and how many more.") @Size(max = 320)
        String target) {}
