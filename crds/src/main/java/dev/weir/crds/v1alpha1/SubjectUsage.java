package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/** How much of one quota one subject used. */
public record SubjectUsage(
    @JsonPropertyDescription("The consumer's name, or its hash.") @Size(max = 253) String subject,
    @JsonPropertyDescription("The tier that the consumer is in.") @Size(max = 63) String tier,
    @JsonPropertyDescription("The quota's name.") @Size(max = 63) String quota,
    @JsonPropertyDescription("Units used in the current period.") @Min(0) long used,
    @JsonPropertyDescription("Units that may be used in a period.") @Min(0) long limit,
    @JsonPropertyDescription("Used of limit, in percent, rounded down.") @Min(0) int percent,
    @JsonPropertyDescription("When the next period begins.") @Size(max = 64) String resetsAt) {}
