package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a quota plan asks for. */
@ValidationRule(
    value =
        "self.targetRefs.all(t, t.kind == 'LlmRoute') || self.tiers.all(t, t.quotas.all(q, q.unit"
            + " == 'Requests'))",
    message = Rules.UNIT_HELP,
    fieldPath = ".tiers")
public record QuotaPlanSpec(
    @JsonPropertyDescription(Rules.TARGETS_HELP)
        @ListMap({"group", "kind", "name"})
        @Size(min = 1, max = 16)
        List<TargetRef> targetRefs,
    @JsonPropertyDescription(
            "How the consumer of a request is recognised. Plans on one workload must say the same;"
                + " where they differ, the older plan holds. A plan on an LlmRoute must say what"
                + " the route says.")
        Identity identity,
    @JsonPropertyDescription("Who is charged; written as consumer: {}.") Subject subject,
    @JsonPropertyDescription(
            "Classes of consumers, the first that fits a consumer is taken. A consumer that fits"
                + " none is rejected with 403.")
        @ListMap("name")
        @Size(min = 1, max = 16)
        @ValidationRule(
            value = "self.all(t, has(t.consumers) || t.name == self[size(self) - 1].name)",
            message =
                "only the last tier may leave out consumers, because it takes everyone; write"
                    + " consumers: {matchLabels: {...}}, or move that tier to the end")
        List<Tier> tiers,
    @JsonPropertyDescription(
            "What happens to a request while the plan's shared counters cannot be reached. Absent"
                + " means action: Allow.")
        @Nullable OnStoreFailure onStoreFailure,
    @JsonPropertyDescription("How usage is shown in status.") @Nullable Reporting reporting) {}
