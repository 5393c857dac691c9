package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.Nullable;

/** What the columns of kubectl get read. */
public record QuotaPlanSummary(
    int tiers,
    int subjects,
    int exhausted,
    @Nullable String used,
    @Nullable String top,
    @Nullable String resetsAt,
    String target) {}
