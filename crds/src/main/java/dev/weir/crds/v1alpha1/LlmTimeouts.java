package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How long a route waits for a provider. */
public record LlmTimeouts(
    @JsonPropertyDescription("For a connection, TLS included.")
        @AbsentMeans("5s")
        @Size(min = 2, max = 16)
        @Nullable String connect,
    @JsonPropertyDescription("From the request to the first byte of a streamed answer.")
        @AbsentMeans("60s")
        @Size(min = 2, max = 16)
        @Nullable String firstToken,
    @JsonPropertyDescription("Between two parts of a streamed answer.")
        @AbsentMeans("60s")
        @Size(min = 2, max = 16)
        @Nullable String betweenTokens,
    @JsonPropertyDescription("For a whole call.") @AbsentMeans("10m") @Size(min = 2, max = 16)
        @Nullable String total) {}
