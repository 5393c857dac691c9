package dev.weir.crds.v1alpha1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a rate limit policy asks for. */
public record RateLimitPolicySpec(
    List<TargetRef> targetRefs, @Nullable Mode mode, List<Limit> limits) {}
