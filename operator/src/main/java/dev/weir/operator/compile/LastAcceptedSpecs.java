package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.operator.validate.Accepted;
import org.jspecify.annotations.Nullable;

/** The newest spec of each object that was ever accepted. */
public interface LastAcceptedSpecs {

  /** By the object's uid; null if none ever was. */
  @Nullable Accepted<RateLimitPolicySpec> policy(String uid);

  /** By the object's uid; null if none ever was. */
  @Nullable Accepted<QuotaPlanSpec> plan(String uid);
}
