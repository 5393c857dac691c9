package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which rate-limit header fields the responses of a route carry. */
public enum LlmHeaderFormat {
  @JsonProperty("OpenAI")
  OPEN_AI,
  @JsonProperty("IETF")
  IETF,
  @JsonProperty("None")
  NONE
}
