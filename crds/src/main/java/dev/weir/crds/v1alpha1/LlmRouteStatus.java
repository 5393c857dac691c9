package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of an LLM route. */
public record LlmRouteStatus(
    @JsonPropertyDescription(Rules.OBSERVED_GENERATION) @Default("-1") @Min(-1)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(
            "Accepted, ResolvedRefs, Programmed, ProvidersReady, StoreAvailable and Ready;"
                + " PriceMissing, Reconciling and Stalled only while they are true.")
        @ListMap("type")
        @Size(max = 16)
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription(Rules.DATA_PLANE) @Nullable DataPlane dataPlane,
    @JsonPropertyDescription("The workloads that serve the route.") @ListMap("ref") @Size(max = 16)
        @Nullable List<TargetStatus> targets,
    @JsonPropertyDescription("The calendar month, in UTC, that usage is shown for.")
        @Nullable LlmPeriod period,
    @JsonPropertyDescription("How the providers are.") @ListMap("name") @Size(max = 32)
        @Nullable List<LlmProviderStatus> providers,
    @JsonPropertyDescription("What was used of each model.") @ListMap("name") @Size(max = 64)
        @Nullable List<LlmModelStatus> models,
    @JsonPropertyDescription(Rules.STORE) @Nullable StoreStatus store,
    @JsonPropertyDescription(Rules.SUMMARY) @Nullable LlmRouteSummary summary) {}
