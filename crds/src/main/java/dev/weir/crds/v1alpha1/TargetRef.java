package dev.weir.crds.v1alpha1;

/** The workload that a policy governs, in the policy's own namespace. */
public record TargetRef(String group, String kind, String name) {}
