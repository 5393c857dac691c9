package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How usage is shown in status. */
public record Reporting(
    @JsonPropertyDescription("How many subjects status.topSubjects shows; 0 shows none.")
        @AbsentMeans("10")
        @Min(0)
        @Max(50)
        @Nullable Integer topSubjects,
    @JsonPropertyDescription(
            "The time between two writes of usage: a whole number and one of the units s, m and h,"
                + " from 1s to 1h. Once traffic stops, the exact use is written.")
        @AbsentMeans("5s")
        @Size(min = 2, max = 16)
        @ValidationRule(
            value =
                Rules.DURATION
                    + " && duration(self) >= duration('1s') && duration(self) <= duration('1h')",
            message =
                "write a whole number and one unit, s, m or h, from 1s to 1h, such as 5s or 1m")
        @Nullable String minInterval,
    @JsonPropertyDescription("Whether status shows a hash in place of each subject's name.")
        @AbsentMeans("false")
        @Nullable Boolean hashSubjects) {}
