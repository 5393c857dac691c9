package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import dev.weir.crds.schema.ListSet;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model as clients name it. */
@ValidationRule(
    value =
        "!has(self.maxOutputTokens) || !has(self.contextWindow) || self.maxOutputTokens <="
            + " self.contextWindow",
    message =
        "maxOutputTokens is more than contextWindow, which input and output share; lower it, or"
            + " raise contextWindow",
    fieldPath = ".maxOutputTokens")
public record LlmModel(
    @JsonPropertyDescription("The name that clients send. The status and /v1/models show it.")
        @Size(min = 1, max = 256)
        @ValidationRule(value = Rules.MODEL, message = Rules.MODEL_HELP)
        String name,
    @JsonPropertyDescription(
            "Other names that clients may send. No other model of the route has them.")
        @ListSet
        @Size(max = 8)
        @ValidationRule(value = "self.all(a, a.matches('^[!-~]+$'))", message = Rules.MODEL_HELP)
        @Nullable List<@Size(min = 1, max = 256) String> aliases,
    @JsonPropertyDescription(
            "Tokens of input and output together. A request that cannot fit is refused with 400"
                + " context_length_exceeded: one that asks for more output than that, or whose text"
                + " has more than six bytes for each token that is left. Absent: the provider alone"
                + " decides.")
        @Min(1)
        @Max(1e9)
        @Nullable Long contextWindow,
    @JsonPropertyDescription(
            "Tokens of an answer. A request that asks for more is refused with 400; one that asks"
                + " for no number is sent with this one. Absent: the provider alone decides.")
        @Min(1)
        @Max(1e9)
        @Nullable Long maxOutputTokens,
    @JsonPropertyDescription(
            "What its tokens cost. Absent: its tokens are counted and its cost is not, which the"
                + " condition PriceMissing says.")
        @Nullable Price price,
    @JsonPropertyDescription("Who answers.") @ListMap("provider") @Size(min = 1, max = 1)
        List<Backend> backends) {}
