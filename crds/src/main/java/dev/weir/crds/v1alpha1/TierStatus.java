package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Usage of one tier. */
public record TierStatus(
    @JsonPropertyDescription("The tier's name.") @Size(max = 63) String name,
    @JsonPropertyDescription("How many consumers are in it.") @Min(0) int subjects,
    @JsonPropertyDescription(
            "How many of them have used up a quota; of several, that which most have used up.")
        @Min(0)
        int exhausted,
    @JsonPropertyDescription("Usage of each quota, all subjects together.")
        @ListMap("name")
        @Size(max = 8)
        List<QuotaUsage> quotas) {}
