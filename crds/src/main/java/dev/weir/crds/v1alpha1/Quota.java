package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.Nullable;

/** How much a subject may use in one period. */
public record Quota(
    String name,
    QuotaUnit unit,
    long limit,
    QuotaWindow window,
    @Nullable OnExhausted onExhausted) {}
