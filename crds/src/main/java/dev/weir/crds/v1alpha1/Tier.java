package dev.weir.crds.v1alpha1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A class of consumers and what each of them may use. */
public record Tier(String name, @Nullable TierConsumers consumers, List<Quota> quotas) {}
