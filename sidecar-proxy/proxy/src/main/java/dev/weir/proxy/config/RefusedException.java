package dev.weir.proxy.config;

/** A snapshot can't be put in force; the message says which member and why, without secrets. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  /** Refuses for the reason given. */
  public RefusedException(String message) {
    super(message);
  }
}
