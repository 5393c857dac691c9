package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** One part of a limit's key: exactly one member is set. */
@ValidationRule(
    value =
        "[has(self.header), has(self.query), has(self.method), has(self.path)].filter(x, x).size()"
            + " == 1",
    message =
        "a part of a key has exactly one of header, query, method and path; write two parts as two"
            + " entries of the list")
public record KeyPart(
    @JsonPropertyDescription("The value of the header field of this name, in lower case.")
        @Size(min = 1, max = 64)
        @ValidationRule(value = Rules.HEADER, message = Rules.HEADER_HELP)
        @Nullable String header,
    @JsonPropertyDescription("The value of the query parameter of this name.")
        @Size(min = 1, max = 64)
        @ValidationRule(
            value = "self.matches('^[][A-Za-z0-9._~-]+$')",
            message =
                "write the name of a query parameter alone, such as user, without ? or = or &")
        @Nullable String query,
    @JsonPropertyDescription("The request's method; written as method: {}.") @Nullable Empty method,
    @JsonPropertyDescription("The request's path without its query; written as path: {}.")
        @Nullable Empty path) {}
