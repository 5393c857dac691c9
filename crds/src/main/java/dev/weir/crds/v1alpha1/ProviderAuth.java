package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** How a provider is shown who pays. */
public record ProviderAuth(
    @JsonPropertyDescription(
            "The Secret that holds the provider's API key, sent as Authorization: Bearer. It needs"
                + " the label weir.dev/use: provider. Its value reaches the sidecars only, never"
                + " the application.")
        @ListMap({"name", "key"})
        @Size(min = 1, max = 1)
        List<SecretKeyRef> secretRefs) {}
