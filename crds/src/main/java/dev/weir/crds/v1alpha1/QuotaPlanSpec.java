package dev.weir.crds.v1alpha1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a quota plan asks for. */
public record QuotaPlanSpec(
    List<TargetRef> targetRefs,
    Identity identity,
    Subject subject,
    List<Tier> tiers,
    @Nullable OnStoreFailure onStoreFailure,
    @Nullable Reporting reporting) {}
