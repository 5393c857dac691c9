package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a rate counts. */
public enum Algorithm {
  /** Windows of the length {@code per}, aligned to the epoch in UTC. */
  @JsonProperty("FixedWindow")
  FIXED_WINDOW,
  /** A bucket of {@code burst} units that gains {@code limit} units evenly in {@code per}. */
  @JsonProperty("TokenBucket")
  TOKEN_BUCKET
}
