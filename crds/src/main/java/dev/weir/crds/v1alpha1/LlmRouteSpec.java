package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.ListMap;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an LLM route asks for. */
@ValidationRule(
    value = "self.models.all(m, m.backends.all(b, self.providers.exists(p, p.name == b.provider)))",
    message =
        "a backend names a provider that the route does not have; write the name of an entry of"
            + " spec.providers, or add the provider there",
    fieldPath = ".models")
public record LlmRouteSpec(
    @JsonPropertyDescription(
            "The workloads whose sidecars serve the route, all in the object's own namespace. One"
                + " that does not exist yet serves it as soon as it appears.")
        @ListMap({"group", "kind", "name"})
        @Size(min = 1, max = 16)
        @ValidationRule(
            value = "self.all(t, t.kind != 'LlmRoute')",
            message =
                "a route is served by workloads; write group: apps and kind: Deployment,"
                    + " StatefulSet or DaemonSet")
        List<TargetRef> targetRefs,
    @JsonPropertyDescription("Where the sidecars listen.") LlmListener listener,
    @JsonPropertyDescription(
            "How the consumer of a request is recognised. Quota plans that target the route must"
                + " say the same.")
        Identity identity,
    @JsonPropertyDescription("Who answers.") @ListMap("name") @Size(min = 1, max = 32)
        List<LlmProvider> providers,
    @JsonPropertyDescription("What clients may ask for.")
        @ListMap("name")
        @Size(min = 1, max = 64)
        @ValidationRule(
            value =
                "[self.map(m, m.name)].all(names, [self.filter(m, has(m.aliases)).map(m,"
                    + " m.aliases)].all(lists, lists.all(l, l.all(a, !(a in names) &&"
                    + " lists.exists_one(o, a in o)))))",
            message =
                "an alias is a name or alias of the route already; what clients send leads to one"
                    + " model, so remove the alias where it is not meant")
        @ValidationRule(
            value =
                "self.all(a, !has(a.price) || self.all(b, !has(b.price) || a.price.currency =="
                    + " b.price.currency))",
            message =
                "prices are in different currencies, which have no sum; write all in one, or make a"
                    + " route for each")
        List<LlmModel> models,
    @JsonPropertyDescription("How long to wait for a provider.") @Nullable LlmTimeouts timeouts,
    @JsonPropertyDescription("What responses tell the client about its limits.")
        @Nullable LlmResponseHeaders responseHeaders) {}
