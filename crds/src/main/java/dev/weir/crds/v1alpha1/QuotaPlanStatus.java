package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a quota plan. */
public record QuotaPlanStatus(
    @JsonPropertyDescription(Rules.OBSERVED_GENERATION) @Default("-1") @Min(-1)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(Rules.CONDITIONS) @ListMap("type") @Size(max = 16)
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription(Rules.DATA_PLANE) @Nullable DataPlane dataPlane,
    @JsonPropertyDescription(Rules.TARGETS) @ListMap("ref") @Size(max = 16)
        @Nullable List<TargetStatus> targets,
    @JsonPropertyDescription("Usage of each tier.") @ListMap("name") @Size(max = 16)
        @Nullable List<TierStatus> tiers,
    @JsonPropertyDescription("The subjects that used most of their quota, the fullest first.")
        @Size(max = 50)
        @Nullable List<SubjectUsage> topSubjects,
    @JsonPropertyDescription(Rules.STORE) @Nullable StoreStatus store,
    @JsonPropertyDescription(Rules.SUMMARY) @Nullable QuotaPlanSummary summary) {}
