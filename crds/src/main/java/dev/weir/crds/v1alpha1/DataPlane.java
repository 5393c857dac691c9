package dev.weir.crds.v1alpha1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many of the awaited sidecars acknowledged the revision. */
public record DataPlane(
    @Nullable String revision, int acked, int total, String summary, List<String> laggards) {}
