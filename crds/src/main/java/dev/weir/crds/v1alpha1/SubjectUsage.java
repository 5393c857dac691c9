package dev.weir.crds.v1alpha1;

/** How much of one quota one subject used. */
public record SubjectUsage(
    String subject,
    String tier,
    String quota,
    long used,
    long limit,
    int percent,
    String resetsAt) {}
