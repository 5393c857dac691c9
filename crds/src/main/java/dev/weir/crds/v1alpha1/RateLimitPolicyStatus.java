package dev.weir.crds.v1alpha1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a rate limit policy. */
public record RateLimitPolicyStatus(
    @Nullable Long observedGeneration,
    @Nullable List<Condition> conditions,
    @Nullable DataPlane dataPlane,
    @Nullable List<TargetStatus> targets,
    @Nullable List<LimitStatus> limits,
    @Nullable StoreStatus store,
    @Nullable RateLimitPolicySummary summary) {}
