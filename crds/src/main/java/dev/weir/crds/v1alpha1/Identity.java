package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.Nullable;

/** How the consumer of a request is recognised. */
public record Identity(@Nullable ApiKey apiKey, @Nullable Anonymous anonymous) {}
