package dev.weir.proxy.identity;

/** What the credentials of a request say. */
public sealed interface Recognition {

  /** A known key, or none where that is allowed. */
  record Recognized(String consumer) implements Recognition {}

  /** No key where one is needed. */
  record Missing() implements Recognition {}

  /** A key that nobody has, or several keys; never treated as none. */
  record Unknown() implements Recognition {}
}
