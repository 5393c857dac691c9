package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who may connect to a route's listener. */
public enum Exposure {
  @JsonProperty("Pod")
  POD,
  @JsonProperty("Cluster")
  CLUSTER
}
