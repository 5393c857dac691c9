package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** The time that usage is shown for. */
public record LlmPeriod(
    @JsonPropertyDescription("When it began.") @Size(max = 64) String start,
    @JsonPropertyDescription("When it ends, and counting begins anew.") @Size(max = 64)
        String end) {}
