package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How a provider is. */
public record LlmProviderStatus(
    @JsonPropertyDescription("The provider's name.") @Size(max = 63) String name,
    @JsonPropertyDescription(
            "Healthy: its last call from each sidecar did not fail, or none was made. RateLimited:"
                + " it answered a sidecar's last call with 429. Failing: the last three calls of a"
                + " sidecar failed, for it was not reached, did not answer in time, broke off or"
                + " answered with 500 or above.")
        ProviderState state,
    @JsonPropertyDescription("Calls in this period. Absent without a shared store.") @Min(0)
        @Nullable Long requests,
    @JsonPropertyDescription("Those of them that failed. Absent without a shared store.") @Min(0)
        @Nullable Long errors,
    @JsonPropertyDescription(
            "Milliseconds to the head of an answer that 95 of 100 calls stay below, over the last"
                + " calls of the slowest sidecar.")
        @Min(0)
        long p95Ms) {}
