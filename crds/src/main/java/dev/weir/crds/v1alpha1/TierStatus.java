package dev.weir.crds.v1alpha1;

import java.util.List;

/** Usage of one tier. */
public record TierStatus(String name, int subjects, int exhausted, List<QuotaUsage> quotas) {}
