package dev.weir.operator.stream;

/** Finds out who a bearer token belongs to. May block; thread-safe; never throws. */
@FunctionalInterface
public interface Callers {
  /** The token without the scheme. */
  Caller identify(String token);
}
