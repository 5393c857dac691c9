package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a limit or quota counts. */
public enum Unit {
  @JsonProperty("Requests")
  REQUESTS,
  @JsonProperty("Tokens")
  TOKENS,
  @JsonProperty("InputTokens")
  INPUT_TOKENS,
  @JsonProperty("OutputTokens")
  OUTPUT_TOKENS
}
