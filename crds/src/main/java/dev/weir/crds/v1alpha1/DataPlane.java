package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many of the awaited sidecars acknowledged the revision. */
public record DataPlane(
    @JsonPropertyDescription("The revision that the sidecars should have.") @Size(max = 64)
        @Nullable String revision,
    @JsonPropertyDescription("Pods whose sidecar acknowledged the revision.") @Min(0) int acked,
    @JsonPropertyDescription("Pods of all targets, with those that have no sidecar.") @Min(0)
        int total,
    @JsonPropertyDescription("acked/total.") @Size(max = 32) String summary,
    @JsonPropertyDescription("Pods that are awaited, ten at most.") @Size(max = 10)
        List<@Size(max = 320) String> laggards) {}
