package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a request's header field is compared. */
public enum HeaderMatchType {
  @JsonProperty("Exact")
  EXACT,
  @JsonProperty("Present")
  PRESENT,
  @JsonProperty("Absent")
  ABSENT
}
