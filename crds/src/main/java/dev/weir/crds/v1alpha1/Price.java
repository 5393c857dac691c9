package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What tokens cost. Amounts are decimal strings, so that no digit is lost. */
public record Price(
    @JsonPropertyDescription("The currency's ISO 4217 code; the same for all models of a route.")
        @Size(min = 3, max = 3)
        @ValidationRule(
            value = "self.matches('^[A-Z]{3}$')",
            message = "write the currency's three letters in upper case, such as USD")
        String currency,
    @JsonPropertyDescription("How many tokens the amounts are for: 1000 or 1000000.")
        @Min(1000)
        @Max(1e6)
        @ValidationRule(
            value = "self == 1000 || self == 1000000",
            message = "write 1000 or 1000000, as in the provider's price list")
        long per,
    @JsonPropertyDescription("Of input tokens, such as \"2.50\".")
        @Size(min = 1, max = 16)
        @ValidationRule(value = Rules.AMOUNT, message = Rules.AMOUNT_HELP)
        String input,
    @JsonPropertyDescription("Of input tokens that the provider had cached.")
        @AbsentMeans("the same as input")
        @Size(min = 1, max = 16)
        @ValidationRule(value = Rules.AMOUNT, message = Rules.AMOUNT_HELP)
        @Nullable String cachedInput,
    @JsonPropertyDescription("Of output tokens.")
        @Size(min = 1, max = 16)
        @ValidationRule(value = Rules.AMOUNT, message = Rules.AMOUNT_HELP)
        String output,
    @JsonPropertyDescription("Of output tokens that were spent on reasoning.")
        @AbsentMeans("the same as output")
        @Size(min = 1, max = 16)
        @ValidationRule(value = Rules.AMOUNT, message = Rules.AMOUNT_HELP)
        @Nullable String reasoning) {}
