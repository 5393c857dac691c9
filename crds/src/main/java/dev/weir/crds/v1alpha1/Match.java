package dev.weir.crds.v1alpha1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which requests a limit applies to; all members that are present must hold. */
public record Match(
    @Nullable List<String> methods,
    @Nullable List<PathMatch> paths,
    @Nullable List<HeaderMatch> headers) {}
