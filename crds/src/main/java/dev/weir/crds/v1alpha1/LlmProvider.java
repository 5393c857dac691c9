package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Who answers. */
public record LlmProvider(
    @JsonPropertyDescription("The provider's name within the route.") @Size(min = 1, max = 63)
        String name,
    @JsonPropertyDescription(
            "The API that it has. OpenAI: OpenAI's own. OpenAICompatible: the same paths and"
                + " bodies elsewhere, such as vLLM, Ollama or llama.cpp.")
        ProviderType type,
    @JsonPropertyDescription(
            "The URL that the paths of the API are under, such as https://api.openai.com/v1. https,"
                + " or http to a Service of the cluster (a host that ends in .svc or"
                + " .svc.cluster.local).")
        @Size(min = 1, max = 512)
        String baseUrl,
    @JsonPropertyDescription("The provider's API key. Absent: calls carry none.")
        @Nullable ProviderAuth auth) {}
