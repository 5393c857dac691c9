package dev.weir.operator.inject;

import com.fasterxml.jackson.databind.node.IntNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.TCPSocketAction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The places in one container that name one of its ports: probes and lifecycle hooks. The kubelet
 * looks a name up in the container itself only, so other containers can't mean the same port.
 */
final class PortReferences {

  private final String path;
  private final String name;
  private final IntNode number;
  private final List<PatchOperation> operations = new ArrayList<>();

  private PortReferences(String path, String name, int number) {
    this.path = path;
    this.name = name;
    this.number = IntNode.valueOf(number);
  }

  /** Points all that used the name at the number, so that it stays with the application. */
  static List<PatchOperation> toNumber(Container container, String path, String name, int number) {
    PortReferences references = new PortReferences(path, name, number);
    references.probe("startupProbe", container.getStartupProbe());
    references.probe("readinessProbe", container.getReadinessProbe());
    references.probe("livenessProbe", container.getLivenessProbe());
    Lifecycle lifecycle = container.getLifecycle();
    if (lifecycle != null) {
      references.hook("postStart", lifecycle.getPostStart());
      references.hook("preStop", lifecycle.getPreStop());
    }
    return references.operations;
  }

  private void probe(String field, @Nullable Probe probe) {
    if (probe != null) {
      actions(field, probe.getHttpGet(), probe.getTcpSocket());
    }
  }

  private void hook(String field, @Nullable LifecycleHandler hook) {
    if (hook != null) {
      actions("lifecycle/" + field, hook.getHttpGet(), hook.getTcpSocket());
    }
  }

  private void actions(String field, @Nullable HTTPGetAction get, @Nullable TCPSocketAction tcp) {
    if (get != null) {
      port(field + "/httpGet", get.getPort());
    }
    if (tcp != null) {
      port(field + "/tcpSocket", tcp.getPort());
    }
  }

  private void port(String action, @Nullable IntOrString port) {
    if (port != null && name.equals(port.getStrVal())) {
      operations.add(PatchOperation.replace(path + "/" + action + "/port", number));
    }
  }
}
