package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a rate counts. */
public enum Algorithm {
  @JsonProperty("FixedWindow")
  FIXED_WINDOW,
  @JsonProperty("TokenBucket")
  TOKEN_BUCKET
}
