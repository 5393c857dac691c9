package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How X-RateLimit-Reset tells the time. */
public enum ResetFormat {
  @JsonProperty("DeltaSeconds")
  DELTA_SECONDS,
  @JsonProperty("EpochSeconds")
  EPOCH_SECONDS
}
