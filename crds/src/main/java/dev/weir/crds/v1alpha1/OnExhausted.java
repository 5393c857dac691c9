package dev.weir.crds.v1alpha1;

/** What happens once a quota is used up. */
public record OnExhausted(ExhaustedType type) {}
