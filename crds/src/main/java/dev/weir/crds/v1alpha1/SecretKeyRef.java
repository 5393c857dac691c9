package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** One entry of a Secret in the object's namespace. */
public record SecretKeyRef(
    @JsonPropertyDescription("The Secret's name.") @Size(min = 1, max = 253) String name,
    @JsonPropertyDescription("The key of the entry in the Secret's data.") @Size(min = 1, max = 253)
        String key) {}
