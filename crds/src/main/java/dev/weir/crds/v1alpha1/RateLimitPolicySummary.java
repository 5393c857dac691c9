package dev.weir.crds.v1alpha1;

/** What the columns of kubectl get read. */
public record RateLimitPolicySummary(int limits, long limited, String target) {}
