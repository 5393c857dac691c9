package dev.weir.crds.v1alpha1;

import java.util.List;

/**
 * Consumers are recognised by API keys that lie in Secrets labelled {@code weir.dev/use: consumer}.
 */
public record ApiKey(List<ApiKeyLocation> in) {}
