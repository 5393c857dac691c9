package dev.weir.crds.v1alpha1;

/** Who is charged. */
public record Subject(Empty consumer) {}
