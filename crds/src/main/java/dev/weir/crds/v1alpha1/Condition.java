package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.OneOf;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One observation of an object's state, as in the Kubernetes API conventions. */
public record Condition(
    @JsonPropertyDescription("What is observed.") @Size(min = 1, max = 316) String type,
    @JsonPropertyDescription("Whether it is so.") @OneOf({"True", "False", "Unknown"})
        String status,
    @JsonPropertyDescription("The generation of the spec that this condition speaks of.") @Min(0)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("When status changed last, as in RFC 3339.") @Size(min = 1, max = 64)
        String lastTransitionTime,
    @JsonPropertyDescription("Why, in one word for programs.") @Size(min = 1, max = 1024)
        String reason,
    @JsonPropertyDescription("Why and what to do, for people.") @Size(max = 32768)
        String message) {}
