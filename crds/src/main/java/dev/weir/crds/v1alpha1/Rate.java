package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** So many units in so much time. */
@ValidationRule(
    value = "self.algorithm == 'TokenBucket' || !has(self.burst)",
    message = "only algorithm: TokenBucket has a burst; remove burst, or write TokenBucket",
    fieldPath = ".burst")
public record Rate(
    @JsonPropertyDescription(
            "How many units in the time that per names; what a unit is says the limit's unit.")
        @Min(1)
        @Max(1e9)
        long limit,
    @JsonPropertyDescription(
            "The time: a whole number and one of the units s, m and h, from 1s to 8760h.")
        @Size(min = 2, max = 16)
        @ValidationRule(
            value =
                Rules.DURATION
                    + " && duration(self) >= duration('1s') && duration(self) <= duration('8760h')",
            message =
                "write a whole number and one unit, s, m or h, from 1s to 8760h, such as 30s, 1m or"
                    + " 24h")
        String per,
    @JsonPropertyDescription(
            "How the rate counts. FixedWindow: in windows of the length per, aligned to midnight of"
                + " 1970-01-01 in UTC. TokenBucket: a bucket of burst units that gains limit"
                + " units evenly over per. Calls that are charged afterwards may overdraw a bucket;"
                + " nothing passes until it has gained that back.")
        Algorithm algorithm,
    @JsonPropertyDescription("How many units a token bucket holds.")
        @AbsentMeans("the limit")
        @Min(1)
        @Max(1e9)
        @Nullable Long burst) {}
