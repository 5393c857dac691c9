package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.Nullable;

/** So many requests in so much time. */
public record Rate(long limit, String per, Algorithm algorithm, @Nullable Long burst) {}
