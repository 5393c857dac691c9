package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.Nullable;

/** One part of a limit's key: exactly one member is set. */
public record KeyPart(
    @Nullable String header,
    @Nullable String query,
    @Nullable Empty method,
    @Nullable Empty path) {}
