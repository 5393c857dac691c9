package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a provider is, seen from the sidecars that call it. */
public enum ProviderState {
  @JsonProperty("Healthy")
  HEALTHY,
  @JsonProperty("RateLimited")
  RATE_LIMITED,
  @JsonProperty("Failing")
  FAILING
}
