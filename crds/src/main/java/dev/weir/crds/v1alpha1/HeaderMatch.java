package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.Nullable;

/** One condition on a header field. */
public record HeaderMatch(String name, HeaderMatchType type, @Nullable String value) {}
