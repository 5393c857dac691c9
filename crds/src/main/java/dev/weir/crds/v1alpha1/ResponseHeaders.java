package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.Nullable;

/** Which rate-limit header fields responses carry. */
public record ResponseHeaders(@Nullable HeaderFormat format, @Nullable ResetFormat reset) {}
