package dev.weir.crds.v1alpha1;

/** How much of one quota all subjects of a tier used in the current period. */
public record QuotaUsage(String name, long used, long limit, String periodStart, String resetsAt) {}
