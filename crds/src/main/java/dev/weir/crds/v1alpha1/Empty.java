package dev.weir.crds.v1alpha1;

/** A member that is either there or not and holds nothing. */
public record Empty() {}
