package dev.weir.proxy.llm;

/** How a call of an LLM route ended; each ends in exactly one way. */
public enum CallEnding {
  /** The provider's answer went to the client whole, and its status is 2xx. */
  ANSWERED,
  /** The same with a status of 300 and above. */
  PROVIDER_ERROR,
  /** A list of models, which needs no provider. */
  LISTED,
  /** 429: a limit or quota did not admit it. */
  LIMITED,
  /** 503: the counters did not answer, and a limit denies calls then. */
  STORE_UNAVAILABLE,
  /** 401: no API key, or a wrong one. */
  UNAUTHENTICATED,
  /** 403: the consumer is not approved or has no tier. */
  FORBIDDEN,
  /** 4xx: nothing that is served here, or not well-formed. */
  REFUSED,
  /** 408, or the client stopped reading. */
  CLIENT_STALLED,
  /** 503: no room for the request's body, no provider key, or the route is not in force. */
  NOT_READY,
  /** 502, 504: no connection to the provider, or none that it answered on. */
  UNREACHED,
  /** 504, or broken off: a time-out of the route. */
  TIMED_OUT,
  /** The provider broke off in the middle of its answer. */
  BROKEN_OFF,
  /** The client went away first. */
  CLIENT_GONE,
  /** The sidecar ended first. */
  STOPPED
}
