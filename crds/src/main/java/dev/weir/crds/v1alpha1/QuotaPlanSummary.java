package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What the columns of kubectl get read. */
public record QuotaPlanSummary(
    @JsonPropertyDescription("How many tiers the plan has.") @Min(0) int tiers,
    @JsonPropertyDescription("How many consumers are in a tier.") @Min(0) int subjects,
    @JsonPropertyDescription("Tiers' exhausted, added up.") @Min(0) int exhausted,
    @JsonPropertyDescription(
            "Used and allowed of the tiers' first quotas that have the first one's period,"
                + " rounded.")
        @Size(max = 64)
        @Nullable String used,
    @JsonPropertyDescription("The subject that used most of its quota, in percent.")
        @Size(max = 320)
        @Nullable String top,
    @JsonPropertyDescription("When the period of used ends, to the minute in UTC.") @Size(max = 64)
        @Nullable String resetsAt,
    @JsonPropertyDescription("The target, or the first and how many more.") @Size(max = 320)
        String target) {}
