package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a quota counts. */
public enum QuotaUnit {
  @JsonProperty("Requests")
  REQUESTS
}
