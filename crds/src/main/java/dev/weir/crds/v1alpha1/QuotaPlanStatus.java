package dev.weir.crds.v1alpha1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a quota plan. */
public record QuotaPlanStatus(
    @Nullable Long observedGeneration,
    @Nullable List<Condition> conditions,
    @Nullable DataPlane dataPlane,
    @Nullable List<TargetStatus> targets,
    @Nullable List<TierStatus> tiers,
    @Nullable List<SubjectUsage> topSubjects,
    @Nullable StoreStatus store,
    @Nullable QuotaPlanSummary summary) {}
