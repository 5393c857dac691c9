package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.Nullable;

/** One observation of an object's state, as in the Kubernetes API conventions. */
public record Condition(
    String type,
    String status,
    @Nullable Long observedGeneration,
    String lastTransitionTime,
    String reason,
    String message) {}
