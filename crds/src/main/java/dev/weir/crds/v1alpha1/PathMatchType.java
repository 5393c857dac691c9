package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a request's path is compared. */
public enum PathMatchType {
  @JsonProperty("Exact")
  EXACT,
  @JsonProperty("Prefix")
  PREFIX
}
