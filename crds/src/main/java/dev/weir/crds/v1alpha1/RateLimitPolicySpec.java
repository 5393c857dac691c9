package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a rate limit policy asks for. */
@ValidationRule(
    value =
        "self.targetRefs.all(t, t.kind == 'LlmRoute') || self.limits.all(l, !has(l.unit) || l.unit"
            + " == 'Requests')",
    message = Rules.UNIT_HELP,
    fieldPath = ".limits")
public record RateLimitPolicySpec(
    @JsonPropertyDescription(Rules.TARGETS_HELP)
        @ListMap({"group", "kind", "name"})
        @Size(min = 1, max = 16)
        List<TargetRef> targetRefs,
    @JsonPropertyDescription(
            "Whether the limits are applied. Enforce: they are. Disabled: they are not, and nothing"
                + " is counted.")
        @Default("Enforce")
        @Nullable Mode mode,
    @JsonPropertyDescription(
            "The limits. A request must pass all that apply to it; one that is rejected is counted"
                + " by none.")
        @ListMap("name")
        @Size(min = 1, max = 32)
        List<Limit> limits) {}
