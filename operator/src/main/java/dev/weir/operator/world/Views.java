package dev.weir.operator.world;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** From the client's objects to our views. Pure; null where an object does not concern us. */
final class Views {

  private static final String SIDECAR = "weir-proxy";
  private static final String APP_PORT = "WEIR_APP_PORT";
  static final String USE = "weir.dev/use";
  static final String USE_CONSUMER = "consumer";
  static final String USE_PROVIDER = "provider";
  private static final String CONSUMER = "weir.dev/consumer";
  private static final String APPROVED = "weir.dev/approved";
  private static final String CONSUMER_LABEL = "consumer.weir.dev/";

  private Views() {}

  static <S, T> @Nullable Declared<S, T> declared(CustomResource<S, T> object) {
    ObjectMeta meta = object.getMetadata();
    S spec = object.getSpec();
    if (spec == null || meta.getDeletionTimestamp() != null) {
      return null;
    }
    return new Declared<>(
        new PolicyRef(object.getKind(), meta.getNamespace(), meta.getName()),
        meta.getUid(),
        meta.getGeneration() == null ? 0 : meta.getGeneration(),
        meta.getResourceVersion(),
        Instant.parse(meta.getCreationTimestamp()),
        spec,
        object.getStatus());
  }

  static WorkloadRef workload(HasMetadata object) {
    ObjectMeta meta = object.getMetadata();
    return new WorkloadRef(meta.getNamespace(), object.getKind(), meta.getName());
  }

  static @Nullable WorkloadRef owner(HasMetadata object) {
    for (OwnerReference owner : object.getMetadata().getOwnerReferences()) {
      if (Boolean.TRUE.equals(owner.getController())) {
        return new WorkloadRef(
            object.getMetadata().getNamespace(), owner.getKind(), owner.getName());
      }
    }
    return null;
  }

  static PodView pod(Pod pod) {
    ObjectMeta meta = pod.getMetadata();
    String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
    return new PodView(
        new PodRef(meta.getNamespace(), meta.getName(), meta.getUid()),
        meta.getLabels() == null ? Map.of() : Map.copyOf(meta.getLabels()),
        owner(pod),
        sidecar(pod),
        started(pod),
        "Succeeded".equals(phase) || "Failed".equals(phase),
        meta.getDeletionTimestamp() != null);
  }

  private static PodView.@Nullable Injected sidecar(Pod pod) {
    for (Container container : pod.getSpec().getInitContainers()) {
      if (container.getName().equals(SIDECAR)) {
        int appPort = 0;
        for (EnvVar variable : container.getEnv()) {
          if (variable.getName().equals(APP_PORT) && variable.getValue() != null) {
            appPort = number(variable.getValue());
          }
        }
        return new PodView.Injected(appPort, portName(container));
      }
    }
    return null;
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The data port comes first in what the injector writes. */
  private static @Nullable String portName(Container sidecar) {
    List<ContainerPort> ports = sidecar.getPorts();
    return ports.isEmpty() ? null : ports.getFirst().getName();
  }

  private static @Nullable Instant started(Pod pod) {
    if (pod.getStatus() == null) {
      return null;
    }
    for (ContainerStatus status : pod.getStatus().getInitContainerStatuses()) {
      if (status.getName().equals(SIDECAR) && Boolean.TRUE.equals(status.getStarted())) {
        ContainerState state = status.getState();
        return state == null || state.getRunning() == null
            ? Instant.EPOCH
            : Instant.parse(state.getRunning().getStartedAt());
      }
    }
    return null;
  }

  static ServiceView service(Service service) {
    ObjectMeta meta = service.getMetadata();
    List<ServiceView.Port> ports = new ArrayList<>();
    for (ServicePort port : service.getSpec().getPorts()) {
      // An absent targetPort is the port's own number.
      Integer number =
          port.getTargetPort() == null ? port.getPort() : port.getTargetPort().getIntVal();
      ports.add(new ServiceView.Port(port.getName(), port.getPort(), number));
    }
    Map<String, String> selector = service.getSpec().getSelector();
    return new ServiceView(
        meta.getNamespace(),
        meta.getName(),
        selector == null ? Map.of() : Map.copyOf(selector),
        List.copyOf(ports));
  }

  static @Nullable UsedSecret secret(Secret secret) {
    return USE_PROVIDER.equals(secret.getMetadata().getLabels().get(USE))
        ? provider(secret)
        : consumer(secret);
  }

  private static ProviderSecret provider(Secret secret) {
    Map<String, String> values = new TreeMap<>();
    if (secret.getData() != null) {
      secret.getData().forEach((key, value) -> values.put(key, text(value)));
    }
    return new ProviderSecret(
        secret.getMetadata().getNamespace(), secret.getMetadata().getName(), values);
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8).strip();
  }

  private static @Nullable ConsumerSecret consumer(Secret secret) {
    ObjectMeta meta = secret.getMetadata();
    String consumer = meta.getLabels().get(CONSUMER);
    if (consumer == null || consumer.isEmpty()) {
      return null;
    }
    Map<String, String> labels = new TreeMap<>();
    if (meta.getAnnotations() != null) {
      meta.getAnnotations()
          .forEach(
              (key, value) -> {
                if (key.startsWith(CONSUMER_LABEL)) {
                  labels.put(key.substring(CONSUMER_LABEL.length()), value);
                }
              });
    }
    TreeSet<String> hashes = new TreeSet<>();
    if (secret.getData() != null) {
      for (String value : secret.getData().values()) {
        String key = text(value);
        if (!key.isEmpty()) {
          hashes.add(sha256(key));
        }
      }
    }
    return new ConsumerSecret(
        meta.getNamespace(),
        meta.getName(),
        consumer,
        "true".equals(meta.getLabels().get(APPROVED)),
        labels,
        hashes);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  static @Nullable LastAccepted lastAccepted(ControllerRevision revision) {
    ObjectMeta meta = revision.getMetadata();
    if (revision.getData() == null || meta.getOwnerReferences().isEmpty()) {
      return null;
    }
    return new LastAccepted(
        meta.getNamespace(),
        meta.getName(),
        meta.getOwnerReferences().getFirst().getUid(),
        revision.getRevision(),
        Serialization.asJson(revision.getData()));
  }
}
