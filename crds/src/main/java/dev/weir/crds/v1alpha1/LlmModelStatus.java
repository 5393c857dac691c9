package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What was used of a model in this period. */
public record LlmModelStatus(
    @JsonPropertyDescription("The model's name.") @Size(max = 256) String name,
    @JsonPropertyDescription("Calls that were sent to a provider.") @Min(0) long requests,
    @JsonPropertyDescription("Tokens of requests, with those that were cached.") @Min(0)
        long inputTokens,
    @JsonPropertyDescription("Tokens of requests that the provider had cached.") @Min(0)
        long cachedTokens,
    @JsonPropertyDescription("Tokens of answers, with those for reasoning.") @Min(0)
        long outputTokens,
    @JsonPropertyDescription("Tokens that were spent on reasoning.") @Min(0) long reasoningTokens,
    @JsonPropertyDescription(
            "What they cost, each token at the price when it was used: exact, and the currency is"
                + " left out. Absent without a price.")
        @Size(max = 64)
        @Nullable String cost,
    @JsonPropertyDescription(
            "Tokens that no provider confirmed, because a call broke off or its answer had no"
                + " usage; in percent of all, rounded up.")
        @Min(0)
        @Max(100)
        int estimatedPercent) {}
