package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/** How much of one quota all subjects of a tier used in the current period. */
public record QuotaUsage(
    @JsonPropertyDescription("The quota's name.") @Size(max = 63) String name,
    @JsonPropertyDescription("Units that all subjects of the tier used.") @Min(0) long used,
    @JsonPropertyDescription("Units that these subjects may use together.") @Min(0) long limit,
    @JsonPropertyDescription("When the current period began.") @Size(max = 64) String periodStart,
    @JsonPropertyDescription("When the next period begins.") @Size(max = 64) String resetsAt) {}
