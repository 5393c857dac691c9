package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** One condition on a header field. */
@ValidationRule(
    value = "self.type != 'Exact' || has(self.value)",
    message = "type: Exact needs value; write the value, or type: Present")
@ValidationRule(
    value = "self.type == 'Exact' || !has(self.value)",
    message = "only type: Exact has a value; remove value, or write type: Exact")
public record HeaderMatch(
    @JsonPropertyDescription("The name of the header field, in lower case.")
        @Size(min = 1, max = 64)
        @ValidationRule(value = Rules.HEADER, message = Rules.HEADER_HELP)
        String name,
    @JsonPropertyDescription(
            "How the field is compared. Exact: its value is value. Present: it is there, whatever"
                + " its value. Absent: it is not there.")
        HeaderMatchType type,
    @JsonPropertyDescription(
            "The value that type Exact compares with, letter by letter, upper and lower case being"
                + " different.")
        @Size(min = 1, max = 256)
        @ValidationRule(
            value = "self.matches('^[!-~]([ -~]*[!-~])?$')",
            message = "use printable ASCII without a space first or last")
        @Nullable String value) {}
