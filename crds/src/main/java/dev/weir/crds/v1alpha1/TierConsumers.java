package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/** The consumers of a tier, by their labels. */
public record TierConsumers(
    @JsonPropertyDescription(
            "Labels that the consumer must have, all of them. They come from the annotations"
                + " consumer.weir.dev/<key>: <value> of the consumer's Secret.")
        @Size(min = 1, max = 8)
        @ValidationRule(
            value = "self.all(k, k.matches('^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$'))",
            message =
                "write the key as it stands behind consumer.weir.dev/ in the annotation, such as"
                    + " tier")
        Map<String, @Size(max = 253) String> matchLabels) {}
