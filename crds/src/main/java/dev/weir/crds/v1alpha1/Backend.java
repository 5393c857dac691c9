package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Which provider answers for a model. */
public record Backend(
    @JsonPropertyDescription("The name of one of the route's providers.") @Size(min = 1, max = 63)
        String provider,
    @JsonPropertyDescription("The provider's name for the model.")
        @AbsentMeans("the model's own name")
        @Size(min = 1, max = 256)
        @ValidationRule(value = Rules.MODEL, message = Rules.MODEL_HELP)
        @Nullable String model) {}
