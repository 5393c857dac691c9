package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The calendar period after which a quota starts anew. */
public enum Period {
  @JsonProperty("Hour")
  HOUR,
  @JsonProperty("Day")
  DAY,
  @JsonProperty("Week")
  WEEK,
  @JsonProperty("Month")
  MONTH,
  @JsonProperty("Quarter")
  QUARTER,
  @JsonProperty("Year")
  YEAR
}
