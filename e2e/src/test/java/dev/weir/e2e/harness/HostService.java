package dev.weir.e2e.harness;

/** A Service, without selector, that leads pods to a process on this machine. */
public final class HostService {
  private HostService() {}

  /** The Service and its one endpoint; both have the port of the process. */
  public static String yaml(String name, String address, int port) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: %1$s}
    spec:
      ports: [{name: http, port: %3$d}]
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata:
      name: %1$s
      labels: {kubernetes.io/service-name: %1$s}
    addressType: IPv4
    ports: [{name: http, port: %3$d}]
    endpoints: [{addresses: ["%2$s"]}]
    """
        .formatted(name, address, port);
  }
}
