package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What the columns of kubectl get read. */
public record LlmRouteSummary(
    @JsonPropertyDescription("How many models the route has.") @Min(0) int models,
    @JsonPropertyDescription("Providers that are not failing, of all.") @Size(max = 32)
        String providers,
    @JsonPropertyDescription("Calls in this period. Absent without a shared store.") @Min(0)
        @Nullable Long requests,
    @JsonPropertyDescription("Tokens in this period, rounded. Absent without a shared store.")
        @Size(max = 32)
        @Nullable String tokens,
    @JsonPropertyDescription("Cost in this period with its currency, rounded to cents.")
        @Size(max = 64)
        @Nullable String cost,
    @JsonPropertyDescription("The workload, or the first and how many more.") @Size(max = 320)
        String target) {}
