package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a policy's limits are applied. */
public enum Mode {
  @JsonProperty("Enforce")
  ENFORCE,
  @JsonProperty("Disabled")
  DISABLED
}
