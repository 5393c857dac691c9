package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which API a provider has. */
public enum ProviderType {
  @JsonProperty("OpenAI")
  OPEN_AI,
  @JsonProperty("OpenAICompatible")
  OPEN_AI_COMPATIBLE
}
