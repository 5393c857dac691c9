package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import org.jspecify.annotations.Nullable;

/** What the responses of a route tell the client about its limits. */
public record LlmResponseHeaders(
    @JsonPropertyDescription(
            "The fields. OpenAI: x-ratelimit-limit-requests, x-ratelimit-remaining-tokens and the"
                + " like, of the tightest limit of each unit. IETF: RateLimit and RateLimit-Policy."
                + " None. It holds for quota plans, and for limits that do not say it themselves in"
                + " responseHeaders.")
        @AbsentMeans("OpenAI")
        @Nullable LlmHeaderFormat rateLimit) {}
