package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What tokens cost. Amounts are decimal strings, so that no digit is lost. */
public record Price(
    @JsonPropertyDescription("The currency's ISO 4217 code.") @Size(min = 3, max = 3)
        String currency,
    @JsonPropertyDescription("How many tokens the amounts are for: 1000 or 1000000.") long per,
    @JsonPropertyDescription("Of input tokens, such as \"2.50\".") @Size(min = 1, max = 20)
        String input,
    @JsonPropertyDescription("Of input tokens that the provider had cached.")
        @AbsentMeans("the same as input")
        @Size(min = 1, max = 20)
        @Nullable String cachedInput,
    @JsonPropertyDescription("Of output tokens.") @Size(min = 1, max = 20) String output,
    @JsonPropertyDescription("Of output tokens that were spent on reasoning.")
        @AbsentMeans("the same as output")
        @Size(min = 1, max = 20)
        @Nullable String reasoning) {}
