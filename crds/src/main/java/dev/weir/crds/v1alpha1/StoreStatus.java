package dev.weir.crds.v1alpha1;

/** Where the counters are. */
public record StoreStatus(StoreMode mode) {}
