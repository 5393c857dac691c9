package dev.weir.operator.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What in a pod leaves no room for the sidecar. */
record Clash(Reason reason, String message) {

  /** The first clash found. */
  static Optional<Clash> in(PodSpec spec) {
    if (Boolean.TRUE.equals(spec.getHostNetwork())) {
      return found(
          Reason.HOST_NETWORK, "spec.hostNetwork is true: Weir can't stand in front of it");
    }
    if (spec.getOs() != null && "windows".equals(spec.getOs().getName())) {
      return found(Reason.WINDOWS, "spec.os.name is windows: the sidecar runs on Linux only");
    }
    List<Container> all =
        Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream()).toList();
    return names(spec, all).or(() -> ports(all)).or(() -> uids(spec, all));
  }

  /** Whether the application's new port name is taken in its container. */
  static Optional<Clash> ofRenamed(Container container, CapturedPort port) {
    return container.getPorts().stream().anyMatch(p -> port.renamed().equals(p.getName()))
        ? found(
            Reason.PORT_CLASH,
            "Container " + container.getName() + " has a port named " + port.renamed() + " already")
        : Optional.empty();
  }

  private static Optional<Clash> names(PodSpec spec, List<Container> all) {
    for (Container container : all) {
      if (SidecarContainer.NAME.equals(container.getName())) {
        return found(
            Reason.NAME_CLASH,
            "A container of its own is named " + container.getName() + ": give it another name");
      }
    }
    for (Volume volume : spec.getVolumes()) {
      if (SidecarContainer.VOLUMES.contains(volume.getName())) {
        return found(
            Reason.NAME_CLASH,
            "A volume of its own is named " + volume.getName() + ": give it another name");
      }
    }
    return Optional.empty();
  }

  private static Optional<Clash> ports(List<Container> all) {
    for (Container container : all) {
      for (ContainerPort port : container.getPorts()) {
        Integer number = port.getContainerPort();
        if (number != null
            && (number == SidecarContainer.DATA_PORT || number == SidecarContainer.ADMIN_PORT)) {
          return found(
              Reason.PORT_CLASH,
              "Container "
                  + container.getName()
                  + " has port "
                  + number
                  + ", which the sidecar needs: give it another port");
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Clash> uids(PodSpec spec, List<Container> all) {
    if (spec.getSecurityContext() != null && isSidecar(spec.getSecurityContext().getRunAsUser())) {
      return found(
          Reason.UID_CLASH,
          "spec.securityContext.runAsUser is " + SidecarContainer.UID + ", the sidecar's user");
    }
    for (Container container : all) {
      if (container.getSecurityContext() != null
          && isSidecar(container.getSecurityContext().getRunAsUser())) {
        return found(
            Reason.UID_CLASH,
            "Container "
                + container.getName()
                + " runs as user "
                + SidecarContainer.UID
                + ", the sidecar's: give it another runAsUser");
      }
    }
    return Optional.empty();
  }

  private static boolean isSidecar(@Nullable Long uid) {
    return uid != null && uid == SidecarContainer.UID;
  }

  private static Optional<Clash> found(Reason reason, String message) {
    return Optional.of(new Clash(reason, message));
  }
}
