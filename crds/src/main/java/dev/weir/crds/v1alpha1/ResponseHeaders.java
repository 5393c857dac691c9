package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Which rate-limit header fields responses carry. */
@ValidationRule(
    value =
        "!has(self.reset) || self.reset == 'DeltaSeconds' || (has(self.format) && self.format in"
            + " ['XRateLimit', 'Both'])",
    message =
        "reset: EpochSeconds is for X-RateLimit-Reset; write format: XRateLimit or format: Both, or"
            + " remove reset",
    fieldPath = ".reset")
public record ResponseHeaders(
    @JsonPropertyDescription(
            "The fields. IETF: RateLimit and RateLimit-Policy. XRateLimit: X-RateLimit-Limit,"
                + " X-RateLimit-Remaining and X-RateLimit-Reset. Both. None. A rejected request is"
                + " told Retry-After in any case.")
        @AbsentMeans("IETF")
        @Nullable HeaderFormat format,
    @JsonPropertyDescription(
            "How X-RateLimit-Reset tells the time. DeltaSeconds: seconds from now. EpochSeconds:"
                + " seconds since 1970-01-01 in UTC.")
        @AbsentMeans("DeltaSeconds")
        @Nullable ResetFormat reset) {}
