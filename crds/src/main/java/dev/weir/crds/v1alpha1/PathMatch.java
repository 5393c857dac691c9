package dev.weir.crds.v1alpha1;

/** One path that a limit applies to. */
public record PathMatch(PathMatchType type, String value) {}
