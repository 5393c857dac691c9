package dev.weir.crds.v1alpha1;

/** One governed workload. */
public record TargetStatus(String ref, int pods, int effectiveLimits) {}
