package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A class of consumers and what each of them may use. */
public record Tier(
    @JsonPropertyDescription(
            "The tier's name. It is part of the counters' identity: a tier that is renamed counts"
                + " from zero.")
        @Size(min = 1, max = 63)
        @ValidationRule(value = Rules.NAME, message = Rules.NAME_HELP)
        String name,
    @JsonPropertyDescription(
            "Who is in the tier. Absent: everyone; only the last tier may leave it out.")
        @Nullable TierConsumers consumers,
    @JsonPropertyDescription(
            "What each consumer of the tier may use. A request must pass all; one that is rejected"
                + " is counted by none.")
        @ListMap("name")
        @Size(min = 1, max = 8)
        List<Quota> quotas) {}
