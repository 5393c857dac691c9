package dev.weir.operator.inject;

/**
 * What is the same for every injected sidecar.
 *
 * @param ownNamespace where the operator runs; never injected into
 * @param service the operator's Service in that namespace
 * @param pullPolicy of the image, as in a container's {@code imagePullPolicy}
 * @param cpuRequest Kubernetes quantity
 * @param memoryRequest Kubernetes quantity
 * @param memoryLimit Kubernetes quantity; holds the snapshot's memory-backed volume too
 */
public record InjectionSettings(
    String ownNamespace,
    String service,
    String image,
    String pullPolicy,
    String cpuRequest,
    String memoryRequest,
    String memoryLimit) {

  String configUrl() {
    return "wss://" + service + "." + ownNamespace + ".svc:9443/v1/config";
  }
}
