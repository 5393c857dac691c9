package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/** What one limit did since the operator began to count. */
public record LimitStatus(
    @JsonPropertyDescription("The limit's name.") @Size(max = 63) String name,
    @JsonPropertyDescription("Requests that the limit let through.") @Min(0) long allowed,
    @JsonPropertyDescription("Requests that the limit rejected.") @Min(0) long limited) {}
