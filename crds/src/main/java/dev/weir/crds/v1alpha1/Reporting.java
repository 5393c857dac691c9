package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.Nullable;

/** How usage is shown in status. */
public record Reporting(
    @Nullable Integer topSubjects, @Nullable String minInterval, @Nullable Boolean hashSubjects) {}
