package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a rate limit policy. */
public record RateLimitPolicyStatus(
    @JsonPropertyDescription(Rules.OBSERVED_GENERATION) @Default("-1") @Min(-1)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(Rules.CONDITIONS) @ListMap("type") @Size(max = 16)
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription(Rules.DATA_PLANE) @Nullable DataPlane dataPlane,
    @JsonPropertyDescription(Rules.TARGETS) @ListMap("ref") @Size(max = 16)
        @Nullable List<TargetStatus> targets,
    @JsonPropertyDescription("What each limit did.") @ListMap("name") @Size(max = 32)
        @Nullable List<LimitStatus> limits,
    @JsonPropertyDescription(Rules.STORE) @Nullable StoreStatus store,
    @JsonPropertyDescription(Rules.SUMMARY) @Nullable RateLimitPolicySummary summary) {}
