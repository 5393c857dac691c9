package dev.weir.operator.stream;

/** Why the operator ends a connection. */
enum CloseCode {
  /** Not the leader any more, or stopping (RFC 6455 section 7.4.1). */
  GOING_AWAY(1001, "not the leader any more: connect again"),
  /** A frame that is none of ours. */
  PROTOCOL_ERROR(1002, "not a frame of this protocol"),
  /** The frame could not be written. */
  FAILED(1011, "could not send"),
  /** The token's time is over: connect again with a new one. */
  TOKEN_EXPIRED(4401, "token expired"),
  /** The pod is gone. */
  POD_UNKNOWN(4404, "pod unknown"),
  /** Nothing was heard for several heartbeats. */
  SILENT(4408, "nothing heard for too long"),
  /** The same pod has a newer connection. */
  REPLACED(4409, "replaced by a newer connection of this pod");

  final int code;
  final String text;

  CloseCode(int code, String text) {
    this.code = code;
    this.text = text;
  }
}
