package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How long a route waits for a provider. */
@ValidationRule(
    value =
        "!has(self.total) || !self.total.matches('"
            + Rules.DURATION_FORM
            + "') || [has(self.connect) ? self.connect : '', has(self.firstToken) ? self.firstToken"
            + " : '', has(self.betweenTokens) ? self.betweenTokens : ''].all(t, !t.matches('"
            + Rules.DURATION_FORM
            + "') || duration(t) <= duration(self.total))",
    message =
        "a timeout is longer than total, which ends the whole call; shorten it, or raise total",
    fieldPath = ".total")
public record LlmTimeouts(
    @JsonPropertyDescription("For a connection, TLS included: from 1s to 1m.")
        @AbsentMeans("5s")
        @Size(min = 2, max = 16)
        @ValidationRule(
            value =
                Rules.DURATION
                    + " && duration(self) >= duration('1s') && duration(self) <= duration('1m')",
            message = "write a whole number and one unit, s, m or h, from 1s to 1m, such as 5s")
        @Nullable String connect,
    @JsonPropertyDescription(
            "From the request to the first byte of a streamed answer: from 1s to 10m.")
        @AbsentMeans("60s")
        @Size(min = 2, max = 16)
        @ValidationRule(
            value =
                Rules.DURATION
                    + " && duration(self) >= duration('1s') && duration(self) <= duration('10m')",
            message = "write a whole number and one unit, s, m or h, from 1s to 10m, such as 60s")
        @Nullable String firstToken,
    @JsonPropertyDescription("Between two parts of a streamed answer: from 1s to 10m.")
        @AbsentMeans("60s")
        @Size(min = 2, max = 16)
        @ValidationRule(
            value =
                Rules.DURATION
                    + " && duration(self) >= duration('1s') && duration(self) <= duration('10m')",
            message = "write a whole number and one unit, s, m or h, from 1s to 10m, such as 60s")
        @Nullable String betweenTokens,
    @JsonPropertyDescription("For a whole call, and no less than the others: from 1s to 1h.")
        @AbsentMeans("10m")
        @Size(min = 2, max = 16)
        @ValidationRule(
            value =
                Rules.DURATION
                    + " && duration(self) >= duration('1s') && duration(self) <= duration('1h')",
            message = "write a whole number and one unit, s, m or h, from 1s to 1h, such as 10m")
        @Nullable String total) {}
