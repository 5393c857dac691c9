package dev.weir.crds.v1alpha1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One named limit; the name is part of its counters' identity. */
public record Limit(
    String name,
    @Nullable Match match,
    @Nullable List<KeyPart> key,
    @Nullable MissingKey missingKey,
    List<Rate> rates,
    @Nullable ResponseHeaders responseHeaders,
    @Nullable OnStoreFailure onStoreFailure) {}
