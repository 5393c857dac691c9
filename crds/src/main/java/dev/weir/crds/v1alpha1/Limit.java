package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import dev.weir.crds.schema.ListMap;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One named limit; the name is part of its counters' identity. */
@ValidationRule(
    value = "!has(self.missingKey) || (has(self.key) && size(self.key) > 0)",
    message = "missingKey says what happens when the key is missing; write key, or remove it")
public record Limit(
    @JsonPropertyDescription(
            "The limit's name. It is part of the counters' identity: a limit that is renamed counts"
                + " from zero, one that is moved or edited does not. Responses name it.")
        @Size(min = 1, max = 63)
        @ValidationRule(value = Rules.NAME, message = Rules.NAME_HELP)
        String name,
    @JsonPropertyDescription(
            "Which requests the limit applies to; all members that are present must hold. Absent:"
                + " every request.")
        @Nullable Match match,
    @JsonPropertyDescription(
            "What the requests are counted by: those with the same values of all parts share a"
                + " bucket. Absent or empty: all requests share one bucket.")
        @Size(max = 4)
        @ValidationRule(
            value = "self.all(a, self.exists_one(b, a == b))",
            message = "the same part is named twice; remove one")
        @Nullable List<KeyPart> key,
    @JsonPropertyDescription(
            "What happens to a request that lacks a part of the key. Shared: all such requests"
                + " share a bucket. Skip: the limit does not apply to it. Reject: it is rejected"
                + " with 400.")
        @AbsentMeans("Shared")
        @Nullable MissingKey missingKey,
    @JsonPropertyDescription(
            "What the rates count. Requests: each request that is admitted is one. Tokens,"
                + " InputTokens and OutputTokens: those of a call to an LlmRoute, which must be the"
                + " policy's only kind of target then; a call is admitted while any are left, and"
                + " charged afterwards.")
        @AbsentMeans("Requests")
        @Nullable Unit unit,
    @JsonPropertyDescription(
            "The rates, each with another time. A request passes only when all of them admit it; a"
                + " rejected request is counted by none.")
        @ListMap("per")
        @Size(min = 1, max = 4)
        @ValidationRule(
            value =
                "!self.all(r, r.per.matches('^[1-9][0-9]{0,7}[smh]$')) || self.all(a,"
                    + " self.exists_one(b, duration(a.per) == duration(b.per)))",
            message =
                "two rates have the same time; give each its own per, or keep the lower limit only")
        List<Rate> rates,
    @JsonPropertyDescription(
            "What responses tell the client about this limit. Absent: on a workload the fields of"
                + " format: IETF, on an LlmRoute what the route's responseHeaders say.")
        @Nullable ResponseHeaders responseHeaders,
    @JsonPropertyDescription(
            "What happens to a request while the limit's shared counters cannot be reached. Absent"
                + " means action: Allow.")
        @Nullable OnStoreFailure onStoreFailure) {}
