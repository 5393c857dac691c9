package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to a request that carries no API key. */
public enum Anonymous {
  @JsonProperty("Deny")
  DENY,
  @JsonProperty("Allow")
  ALLOW
}
