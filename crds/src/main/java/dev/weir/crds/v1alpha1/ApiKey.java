package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * Consumers are recognised by API keys that lie in Secrets labelled {@code weir.dev/use: consumer}.
 */
public record ApiKey(
    @JsonPropertyDescription(
            "Where a request may carry its API key. The places are tried in order, and the first"
                + " that is there is taken.")
        @Size(min = 1, max = 8)
        @ValidationRule(
            value = "self.all(a, self.exists_one(b, a == b))",
            message = "the same place is named twice; remove one")
        List<ApiKeyLocation> in) {}
