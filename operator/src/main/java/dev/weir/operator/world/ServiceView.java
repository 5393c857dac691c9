package dev.weir.operator.world;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Service's selector and where it sends traffic. */
public record ServiceView(
    String namespace, String name, Map<String, String> selector, List<Port> ports) {

  /**
   * One port of a Service.
   *
   * @param name null when the Service has one port without a name
   * @param targetNumber the pod's port by number, null when it is named
   */
  public record Port(@Nullable String name, int port, @Nullable Integer targetNumber) {}

  /** Whether the Service sends traffic to a pod with these labels in its namespace. */
  public boolean selects(Map<String, String> labels) {
    return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
  }
}
