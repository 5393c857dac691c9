package dev.weir.operator.inject;

import org.jspecify.annotations.Nullable;

/**
 * The application's port that the sidecar stands in front of.
 *
 * @param container index in {@code spec.containers}
 * @param port index among the container's ports
 * @param name null when it has none
 */
public record CapturedPort(int container, int port, @Nullable String name, int number) {

  /** The name that the application's port has from now on; 14 characters at most, 15 may be. */
  String renamed() {
    return "weir-app-" + number;
  }

  /** The name of the sidecar's port. */
  String sidecarName() {
    return name == null ? SidecarContainer.UNNAMED_PORT : name;
  }
}
