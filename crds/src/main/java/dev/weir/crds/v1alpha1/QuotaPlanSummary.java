package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What the columns of kubectl get read. */
public record QuotaPlanSummary(
    @JsonPropertyDescription("How many tiers the plan has.") @Min(0) int tiers,
    @JsonPropertyDescription("How many subjects used something in their current period.") @Min(0)
        int subjects,
    @JsonPropertyDescription("How many of them have used up a quota.") @Min(0) int exhausted,
    @JsonPropertyDescription("Used and allowed of the quota that is fullest, rounded.")
        @Size(max = 64)
        @Nullable String used,
    @JsonPropertyDescription("The subject that used most of its quota.") @Size(max = 320)
        @Nullable String top,
    @JsonPropertyDescription("When the next period begins.") @Size(max = 64)
        @Nullable String resetsAt,
    @JsonPropertyDescription("The workload, or the first and how many more.") @Size(max = 320)
        String target) {}
