package dev.weir.crds.v1alpha1;

import org.jspecify.annotations.Nullable;

/** The calendar period of a quota. */
public record QuotaWindow(Period every, @Nullable String timeZone, @Nullable Integer startDay) {}
