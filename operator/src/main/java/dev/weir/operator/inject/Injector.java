package dev.weir.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides about pods and writes the patch. Pure and thread-safe. */
public final class Injector {

  private static final String MIRROR_POD = "kubernetes.io/config.mirror";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InjectionSettings settings;
  private final SidecarContainer sidecar;

  /** All pods get the same sidecar. */
  public Injector(InjectionSettings settings) {
    this.settings = settings;
    this.sidecar = new SidecarContainer(settings);
  }

  /**
   * Decides about a pod that is about to be created.
   *
   * @param pod its own namespace may be unset
   */
  public Decision decide(Pod pod, NamespaceView namespace) {
    if (namespace.name().equals("kube-system")
        || namespace.name().equals(settings.ownNamespace())) {
      return Decision.without(
          Reason.SYSTEM_NAMESPACE, "Pods of " + namespace.name() + " get no sidecar", List.of());
    }
    Map<String, String> annotations = annotations(pod);
    OptIn optIn = OptIn.of(annotations, labels(pod), namespace);
    if (optIn.refusedBy() != null) {
      return Decision.without(optIn.refusedBy(), optIn.refusedBy().text(), optIn.warnings());
    }
    if (isInjected(pod)) {
      return Decision.without(
          Reason.ALREADY_INJECTED, "The sidecar is there already", optIn.warnings());
    }
    if (annotations.containsKey(MIRROR_POD)) {
      return refuse(
          Reason.STATIC_POD, "The kubelet runs it from a file, not from here", optIn.warnings());
    }
    PodSpec spec = spec(pod);
    Optional<Clash> clash = Clash.in(spec);
    if (clash.isPresent()) {
      return refuse(clash.get().reason(), clash.get().message(), optIn.warnings());
    }
    PortChoice choice = PortChoice.of(spec.getContainers(), annotations.get(Marks.PORT));
    if (choice.refusal() != null || choice.port() == null) {
      Reason reason = choice.refusal() == null ? Reason.NO_SUCH_PORT : choice.refusal();
      return refuse(reason, choice.message(), optIn.warnings());
    }
    return inject(spec, choice.port(), annotations, optIn.warnings());
  }

  /**
   * The patch that carries the decision out: empty where nothing is to do, the status annotation
   * alone where the sidecar is refused.
   */
  public List<PatchOperation> patch(Pod pod, Decision decision, Credentials credentials) {
    List<PatchOperation> patch = new ArrayList<>();
    CapturedPort port = decision.port();
    if (port != null) {
      PodSpec spec = spec(pod);
      takeOver(spec.getContainers().get(port.container()), port, patch);
      boolean debug = "true".equals(annotations(pod).get(Marks.DEBUG_HEADERS));
      addContainer(spec, sidecar.container(port, credentials, debug), patch);
      addVolumes(spec, patch);
    }
    if (decision.reason().injects() || decision.reason().refuses()) {
      String status = status(decision);
      if (!status.equals(annotations(pod).get(Marks.STATUS))) {
        if (pod.getMetadata() == null) {
          patch.add(PatchOperation.add("/metadata", JsonNodeFactory.instance.objectNode()));
        }
        patch.add(PatchOperation.annotate("/metadata", annotations(pod), Marks.STATUS, status));
      }
    }
    return patch;
  }

  private static Decision inject(
      PodSpec spec, CapturedPort port, Map<String, String> annotations, List<String> invalid) {
    List<String> warnings = new ArrayList<>(invalid);
    Container container = spec.getContainers().get(port.container());
    Optional<Clash> clash = Clash.ofRenamed(container, port);
    if (clash.isPresent()) {
      return refuse(clash.get().reason(), clash.get().message(), invalid);
    }
    String debug = annotations.getOrDefault(Marks.DEBUG_HEADERS, "false");
    if (!debug.equals("true") && !debug.equals("false")) {
      warnings.add(OptIn.invalid("annotation " + Marks.DEBUG_HEADERS, debug));
    }
    Integer hostPort = container.getPorts().get(port.port()).getHostPort();
    if (hostPort != null && hostPort != 0) {
      warnings.add(
          "Weir: what comes in by hostPort " + hostPort + " passes the sidecar by: use a Service");
    }
    if (port.name() == null) {
      String message =
          "Container "
              + container.getName()
              + " has no name for its port "
              + port.number()
              + ", so Services still reach it past the sidecar: name the port and use the name as"
              + " the Service's targetPort, or set the targetPort to "
              + SidecarContainer.UNNAMED_PORT;
      warnings.add("Weir: " + message);
      return new Decision(Reason.PORT_NOT_NAMED, message, warnings, port);
    }
    return new Decision(
        Reason.INJECTED,
        "The sidecar has port " + port.name() + " in front of " + port.number(),
        warnings,
        port);
  }

  private static Decision refuse(Reason reason, String message, List<String> invalid) {
    List<String> warnings = new ArrayList<>(invalid);
    warnings.add("Weir: no sidecar (" + reason.text() + "). " + message);
    return Decision.without(reason, message, warnings);
  }

  private static void takeOver(Container container, CapturedPort port, List<PatchOperation> patch) {
    String name = port.name();
    if (name == null) {
      return;
    }
    String path = "/spec/containers/" + port.container();
    patch.add(
        PatchOperation.replace(
            path + "/ports/" + port.port() + "/name", TextNode.valueOf(port.renamed())));
    patch.addAll(PortReferences.toNumber(container, path, name, port.number()));
  }

  /**
   * First of all: init containers then start behind a sidecar that has its configuration, it is the
   * last to be stopped, and endpoints find its port name before that of another native sidecar.
   */
  private static void addContainer(PodSpec spec, Container container, List<PatchOperation> patch) {
    JsonNode node = JSON.valueToTree(container);
    patch.add(
        spec.getInitContainers().isEmpty()
            ? PatchOperation.add(
                "/spec/initContainers", JsonNodeFactory.instance.arrayNode().add(node))
            : PatchOperation.add("/spec/initContainers/0", node));
  }

  private void addVolumes(PodSpec spec, List<PatchOperation> patch) {
    List<Volume> volumes = sidecar.volumes();
    if (spec.getVolumes().isEmpty()) {
      patch.add(PatchOperation.add("/spec/volumes", JSON.valueToTree(volumes)));
    } else {
      volumes.forEach(
          volume -> patch.add(PatchOperation.add("/spec/volumes/-", JSON.valueToTree(volume))));
    }
  }

  private static String status(Decision decision) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("reason", decision.reason().text());
    CapturedPort port = decision.port();
    if (port != null) {
      status.put("port", port.sidecarName()).put("appPort", port.number());
    } else {
      status.put("message", decision.message());
    }
    return status.toString();
  }

  private static boolean isInjected(Pod pod) {
    return annotations(pod).containsKey(Marks.STATUS)
        && spec(pod).getInitContainers().stream()
            .anyMatch(container -> SidecarContainer.NAME.equals(container.getName()));
  }

  private static PodSpec spec(Pod pod) {
    return pod.getSpec() == null ? new PodSpec() : pod.getSpec();
  }

  private static Map<String, String> annotations(Pod pod) {
    return pod.getMetadata() == null || pod.getMetadata().getAnnotations() == null
        ? Map.of()
        : pod.getMetadata().getAnnotations();
  }

  private static Map<String, String> labels(Pod pod) {
    return pod.getMetadata() == null || pod.getMetadata().getLabels() == null
        ? Map.of()
        : pod.getMetadata().getLabels();
  }
}
