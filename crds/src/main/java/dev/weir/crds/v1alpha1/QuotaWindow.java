package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The calendar period of a quota. */
@ValidationRule(
    value = "!has(self.startDay) || self.every in ['Month', 'Quarter', 'Year']",
    message = "startDay is for every: Month, Quarter or Year; remove it (a week begins on Monday)")
public record QuotaWindow(
    @JsonPropertyDescription(
            "The length of the period. Weeks begin on Monday; quarters in January, April, July and"
                + " October; years in January.")
        Period every,
    @JsonPropertyDescription("The time zone in which the period begins, by its IANA name.")
        @AbsentMeans("UTC")
        @Size(min = 1, max = 64)
        @ValidationRule(
            value = "self.matches('^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$')",
            message = "write a name of the IANA time zone database, such as Europe/Berlin or UTC")
        @Nullable String timeZone,
    @JsonPropertyDescription(
            "The day of the month on which months, quarters and years begin; in a month that is"
                + " shorter, its last day.")
        @AbsentMeans("1")
        @Min(1)
        @Max(31)
        @Nullable Integer startDay) {}
