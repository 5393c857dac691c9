package dev.weir.operator.stream;

import java.util.Optional;

/** Who serves the stream. Thread-safe. */
@FunctionalInterface
public interface Leadership {
  /** {@code ip:port} of the leader's HTTPS server; empty when nobody leads or it is not known. */
  Optional<String> leader();
}
