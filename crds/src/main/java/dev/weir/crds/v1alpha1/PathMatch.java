package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One path that a limit applies to. */
public record PathMatch(
    @JsonPropertyDescription(
            "How the path is compared. Exact: it is value. Prefix: it begins with the segments of"
                + " value, so /v1 and /v1/ both fit /v1 and /v1/users, and neither fits /v10.")
        PathMatchType type,
    @JsonPropertyDescription(
            "The path, without the query; upper and lower case are different. What is not allowed"
                + " in a URL is percent-encoded.")
        @Size(min = 1, max = 512)
        @ValidationRule(
            value = "self.matches('^/[!-\"$->@-~]*$')",
            message =
                "write a path that begins with / and has no ?, # or space, such as /v1/users; other"
                    + " characters are percent-encoded")
        @ValidationRule(
            value = "!self.matches('/[.][.]?(/|$)')",
            message = "write the path without the segments . and ..; no request's path has them")
        @ValidationRule(
            value = "!self.contains(';')",
            message =
                "write the path without ; and what follows it in its segment, such as /v1/users for"
                    + " /v1;x=1/users: requests' paths are compared without such parameters, and a"
                    + " ; that is part of a name is written %3B")
        String value) {}
