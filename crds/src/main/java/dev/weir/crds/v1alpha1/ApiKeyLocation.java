package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A header field that may carry an API key. */
public record ApiKeyLocation(
    @JsonPropertyDescription("The name of the header field, in lower case.")
        @Size(min = 1, max = 64)
        @ValidationRule(value = Rules.HEADER, message = Rules.HEADER_HELP)
        String header,
    @JsonPropertyDescription(
            "The authentication scheme that stands in front of the key, such as Bearer; compared"
                + " without regard to case. Absent: the whole value is the key.")
        @Size(min = 1, max = 32)
        @ValidationRule(
            value = "self.matches('^[A-Za-z][A-Za-z0-9-]*$')",
            message = "write the scheme alone, such as Bearer, without a space or the key")
        @Nullable String scheme) {}
