package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an LLM route asks for. */
public record LlmRouteSpec(
    @JsonPropertyDescription(
            "The workloads whose sidecars serve the route, all in the object's own namespace. One"
                + " that does not exist yet serves it as soon as it appears.")
        @ListMap({"group", "kind", "name"})
        @Size(min = 1, max = 16)
        List<TargetRef> targetRefs,
    @JsonPropertyDescription("Where the sidecars listen.") LlmListener listener,
    @JsonPropertyDescription(
            "How the consumer of a request is recognised. Quota plans that target the route must"
                + " say the same.")
        Identity identity,
    @JsonPropertyDescription("Who answers.") @ListMap("name") @Size(min = 1, max = 32)
        List<LlmProvider> providers,
    @JsonPropertyDescription("What clients may ask for.") @ListMap("name") @Size(min = 1, max = 64)
        List<LlmModel> models,
    @JsonPropertyDescription("How long to wait for a provider.") @Nullable LlmTimeouts timeouts,
    @JsonPropertyDescription("What responses tell the client about its limits.")
        @Nullable LlmResponseHeaders responseHeaders) {}
