package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which rate-limit header fields a response carries. */
public enum HeaderFormat {
  @JsonProperty("IETF")
  IETF,
  @JsonProperty("XRateLimit")
  X_RATE_LIMIT,
  @JsonProperty("Both")
  BOTH,
  @JsonProperty("None")
  NONE
}
