package dev.weir.crds.v1alpha1;

import java.util.Map;

/** The consumers of a tier, by their labels. */
public record TierConsumers(Map<String, String> matchLabels) {}
