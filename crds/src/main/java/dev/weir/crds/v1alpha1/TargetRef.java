package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.OneOf;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The workload or LlmRoute that a policy governs, in the policy's own namespace. */
public record TargetRef(
    @JsonPropertyDescription("The workload's API group.") @OneOf("apps") String group,
    @JsonPropertyDescription("The workload's kind.")
        @OneOf({"Deployment", "StatefulSet", "DaemonSet"})
        String kind,
    @JsonPropertyDescription("The workload's name.")
        @Size(min = 1, max = 253)
        @ValidationRule(
            value = "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
            message = "write the name of a workload of this namespace alone, such as api")
        String name) {}
