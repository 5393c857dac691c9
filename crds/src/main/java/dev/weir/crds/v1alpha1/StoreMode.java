package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where counters are kept: shared by all pods, or in each pod. */
public enum StoreMode {
  @JsonProperty("Shared")
  SHARED,
  @JsonProperty("Local")
  LOCAL,
  @JsonProperty("Unavailable")
  UNAVAILABLE
}
