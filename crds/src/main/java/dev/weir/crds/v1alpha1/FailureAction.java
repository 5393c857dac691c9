package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to a request whose counters cannot be reached. */
public enum FailureAction {
  @JsonProperty("Allow")
  ALLOW,
  @JsonProperty("Deny")
  DENY
}
