package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import dev.weir.crds.schema.ListSet;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which requests a limit applies to; all members that are present must hold. */
@ValidationRule(
    value = "has(self.methods) || has(self.paths) || has(self.headers)",
    message =
        "match has none of methods, paths and headers; write one, or remove match to limit every"
            + " request")
public record Match(
    @JsonPropertyDescription("The request's method is one of these.")
        @ListSet
        @Size(min = 1, max = 16)
        @ValidationRule(
            value = "self.all(m, m.matches('^[A-Z][A-Z0-9_-]*$'))",
            message = "write methods in upper case, such as GET")
        @Nullable List<@Size(min = 1, max = 24) String> methods,
    @JsonPropertyDescription("The request's path fits one of these.") @Size(min = 1, max = 16)
        @Nullable List<PathMatch> paths,
    @JsonPropertyDescription("The request's header fields fit all of these, one entry a name.")
        @ListMap("name")
        @Size(min = 1, max = 16)
        @Nullable List<HeaderMatch> headers) {}
