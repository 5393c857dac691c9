package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How much a subject may use in one period. */
public record Quota(
    @JsonPropertyDescription(
            "The quota's name. It is part of the counters' identity: a quota that is renamed counts"
                + " from zero.")
        @Size(min = 1, max = 63)
        @ValidationRule(value = Rules.NAME, message = Rules.NAME_HELP)
        String name,
    @JsonPropertyDescription(
            "What is counted. Requests: each request that is admitted is one. Tokens, InputTokens"
                + " and OutputTokens: those of a call to an LlmRoute, which must be the plan's only"
                + " kind of target then; a call is admitted while any are left, and charged"
                + " afterwards.")
        Unit unit,
    @JsonPropertyDescription("Units for each subject and period.") @Min(1) @Max(1e15) long limit,
    @JsonPropertyDescription("The calendar period after which the quota starts anew.")
        QuotaWindow window,
    @JsonPropertyDescription("What happens once the quota is used up.") @AbsentMeans("type: Reject")
        @Nullable OnExhausted onExhausted) {}
