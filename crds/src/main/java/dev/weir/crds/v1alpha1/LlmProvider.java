package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Who answers. */
public record LlmProvider(
    @JsonPropertyDescription("The provider's name within the route. The status names it.")
        @Size(min = 1, max = 63)
        @ValidationRule(
            value = Rules.NAME,
            message =
                "use lower-case letters, digits and dashes, a letter or digit first and last, such"
                    + " as openai")
        String name,
    @JsonPropertyDescription(
            "The API that it has. OpenAI: OpenAI's own. OpenAICompatible: the same paths and"
                + " bodies elsewhere, such as vLLM, Ollama or llama.cpp.")
        ProviderType type,
    @JsonPropertyDescription(
            "The URL that the paths of the API are under, such as https://api.openai.com/v1; a"
                + " slash at its end says nothing. https, or http to a Service of the cluster (a"
                + " host that ends in .svc or .svc.cluster.local). The host is a DNS name, never an"
                + " address; one that resolves to a loopback, link-local or multicast address is"
                + " not connected to.")
        @Size(min = 1, max = 256)
        @ValidationRule(value = BaseUrl.SCHEME, message = BaseUrl.SCHEME_HELP)
        @ValidationRule(value = BaseUrl.HOST, message = BaseUrl.HOST_HELP)
        @ValidationRule(value = BaseUrl.OWN, message = BaseUrl.OWN_HELP)
        @ValidationRule(value = BaseUrl.BARE, message = BaseUrl.BARE_HELP)
        @ValidationRule(value = BaseUrl.PORT_AND_PATH, message = BaseUrl.PORT_AND_PATH_HELP)
        String baseUrl,
    @JsonPropertyDescription("The provider's API key. Absent: calls carry none.")
        @Nullable ProviderAuth auth) {}
