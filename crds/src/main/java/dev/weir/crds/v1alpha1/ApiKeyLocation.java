package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.Nullable;

/** A header field that may carry an API key. */
public record ApiKeyLocation(String header, @Nullable String scheme) {}
