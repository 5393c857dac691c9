package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.OneOf;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A workload or LlmRoute in the object's own namespace. */
@ValidationRule(
    value = "(self.kind == 'LlmRoute') == (self.group == 'weir.dev')",
    message =
        "group and kind don't fit; write group: apps for a Deployment, StatefulSet or DaemonSet,"
            + " and group: weir.dev for an LlmRoute")
public record TargetRef(
    @JsonPropertyDescription("The API group: apps of a workload, weir.dev of an LlmRoute.")
        @OneOf({"apps", "weir.dev"})
        String group,
    @JsonPropertyDescription("The kind. LlmRoutes themselves have only workloads as targets.")
        @OneOf({"Deployment", "StatefulSet", "DaemonSet", "LlmRoute"})
        String kind,
    @JsonPropertyDescription("The workload's or route's name.")
        @Size(min = 1, max = 253)
        @ValidationRule(
            value = "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
            message =
                "write the name of a workload or LlmRoute of this namespace alone, such as api")
        String name) {}
