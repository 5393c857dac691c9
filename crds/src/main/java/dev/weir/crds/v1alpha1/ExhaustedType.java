package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to a request whose quota is used up. */
public enum ExhaustedType {
  @JsonProperty("Reject")
  REJECT
}
