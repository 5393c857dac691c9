package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where a route's sidecars listen. */
public record LlmListener(
    @JsonPropertyDescription(
            "The port. No container of the pod may use it, and no other route of the workload.")
        @Min(1024)
        @Max(65535)
        @ValidationRule(
            value = "self != 15001 && self != 15020",
            message = "15001 and 15020 are the sidecar's own ports; write another, such as 15080")
        int port,
    @JsonPropertyDescription(
            "Who may connect. Pod: the containers of the same pod, at 127.0.0.1. Cluster: everyone"
                + " who reaches the pod, for example through a Service.")
        @AbsentMeans("Pod")
        @Nullable Exposure exposure) {}
