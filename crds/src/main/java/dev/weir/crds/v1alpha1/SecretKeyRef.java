package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One entry of a Secret in the object's namespace. */
public record SecretKeyRef(
    @JsonPropertyDescription("The Secret's name.")
        @Size(min = 1, max = 253)
        @ValidationRule(
            value = "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
            message = "write the name of a Secret of this namespace alone, such as openai")
        String name,
    @JsonPropertyDescription("The key of the entry in the Secret's data.")
        @Size(min = 1, max = 253)
        @ValidationRule(
            value = "self.matches('^[-._A-Za-z0-9]+$')",
            message = "write the key of one of the Secret's entries, such as token; not its value")
        String key) {}
