package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to a request that lacks a part of the limit's key. */
public enum MissingKey {
  @JsonProperty("Shared")
  SHARED,
  @JsonProperty("Skip")
  SKIP,
  @JsonProperty("Reject")
  REJECT
}
