package dev.weir.proxy.exchange;

/** How a request ended; each ends in exactly one way. */
public enum Ending {
  /** The application's response went to the client, whatever its status. */
  FORWARDED,
  /** 429: a limit or quota did not admit it. */
  LIMITED,
  /** 503: the counters did not answer, and a limit denies requests then. */
  STORE_UNAVAILABLE,
  /** 401: no API key, or a wrong one. */
  UNAUTHENTICATED,
  /** 403: the consumer is not approved or has no tier. */
  FORBIDDEN,
  /** 4xx, 5xx: not valid HTTP, or nothing that is served here. */
  REFUSED,
  /** 408: the rest of the request did not come. */
  CLIENT_STALLED,
  /** 503: there is no snapshot yet. */
  NOT_READY,
  /** 502, 504: no usable answer from the application. */
  APP_UNAVAILABLE,
  /** The application broke off in the middle of its response. */
  APP_ABORTED,
  /** The client went away first. */
  CLIENT_ABORTED
}
