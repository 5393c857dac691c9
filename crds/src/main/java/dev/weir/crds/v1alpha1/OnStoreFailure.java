package dev.weir.crds.v1alpha1;

/** What happens while the shared counters cannot be reached. */
public record OnStoreFailure(FailureAction action) {}
