package dev.weir.crds.v1alpha1;

/** What one limit did since the operator began to count. */
public record LimitStatus(String name, long allowed, long limited) {}
