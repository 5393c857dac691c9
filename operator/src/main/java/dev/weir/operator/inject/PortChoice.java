package dev.weir.operator.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which port of the application the sidecar stands in front of.
 *
 * @param refusal null when there is a port
 * @param port null when refused
 */
record PortChoice(@Nullable Reason refusal, String message, @Nullable CapturedPort port) {

  private static final String DEFAULT_NAME = "http";
  private static final String REMEDY =
      ": name one container port in the pod template's annotation " + Marks.PORT;

  /**
   * @param wanted value of the annotation; null takes the only port, or the one named http
   */
  static PortChoice of(List<Container> containers, @Nullable String wanted) {
    List<CapturedPort> all = tcpPorts(containers);
    List<CapturedPort> candidates = candidates(all, wanted);
    if (candidates.isEmpty()) {
      return refused(
          Reason.NO_SUCH_PORT,
          wanted == null
              ? "No container declares a TCP port" + REMEDY
              : "No container has the TCP port \""
                  + wanted
                  + "\" that the annotation "
                  + Marks.PORT
                  + " names; there are "
                  + describe(all));
    }
    CapturedPort port = candidates.getFirst();
    // Endpoints look for a name in all containers: a second one would get the traffic.
    boolean nameTwice =
        port.name() != null
            && all.stream().filter(other -> Objects.equals(port.name(), other.name())).count() > 1;
    if (candidates.size() > 1 || nameTwice) {
      return refused(
          Reason.AMBIGUOUS_PORT,
          "More than one TCP port could be captured, of " + describe(all) + REMEDY);
    }
    return new PortChoice(null, "", port);
  }

  private static List<CapturedPort> candidates(List<CapturedPort> all, @Nullable String wanted) {
    if (wanted != null) {
      return all.stream()
          .filter(port -> wanted.equals(port.name()) || wanted.equals("" + port.number()))
          .toList();
    }
    List<CapturedPort> named =
        all.stream().filter(port -> DEFAULT_NAME.equals(port.name())).toList();
    return named.isEmpty() ? all : named;
  }

  private static List<CapturedPort> tcpPorts(List<Container> containers) {
    List<CapturedPort> found = new ArrayList<>();
    for (int c = 0; c < containers.size(); c++) {
      List<ContainerPort> ports = containers.get(c).getPorts();
      for (int p = 0; p < ports.size(); p++) {
        ContainerPort port = ports.get(p);
        boolean tcp = port.getProtocol() == null || port.getProtocol().equals("TCP");
        if (tcp && port.getContainerPort() != null) {
          String name = port.getName() == null || port.getName().isEmpty() ? null : port.getName();
          found.add(new CapturedPort(c, p, name, port.getContainerPort()));
        }
      }
    }
    return found;
  }

  private static String describe(List<CapturedPort> ports) {
    return ports.stream()
        .map(port -> port.name() == null ? "" + port.number() : port.name() + "=" + port.number())
        .toList()
        .toString();
  }

  private static PortChoice refused(Reason reason, String message) {
    return new PortChoice(reason, message, null);
  }
}
