package dev.weir.operator.reconcile;

import dev.weir.operator.attach.Target;
import dev.weir.operator.compile.Governance;
import dev.weir.operator.world.PodView;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.ServiceView;
import dev.weir.operator.world.WorkloadRef;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether traffic goes through the sidecars. The sidecar takes over a port's name; a Service that
 * names the application's port by number goes around it. Routes have a listener of their own, which
 * nothing goes around.
 */
final class Capture {

  private Capture() {}

  /** Whether the object says anything about a workload's own traffic. */
  static boolean concerns(Governance<?> governance) {
    return !governance.ref().kind().equals(PolicyRef.LLM_ROUTE)
        && (governance.targets().isEmpty()
            || governance.targets().stream().anyMatch(target -> !target.ref().isRoute()));
  }

  static Finding of(Governance<?> governance, Observation seen) {
    long generation = governance.verdict().generation();
    List<PodView> pods = new ArrayList<>();
    for (Target target : governance.targets()) {
      if (target instanceof Target.Governed(WorkloadRef workload, _) && !workload.isRoute()) {
        seen.world().podsOf(workload).stream()
            .filter(pod -> !pod.terminal() && !pod.terminating())
            .forEach(pods::add);
      }
    }
    if (pods.isEmpty()) {
      return finding(true, "NoPods", "there is no pod whose traffic could be captured", generation);
    }
    List<String> bare =
        pods.stream().filter(pod -> pod.sidecar() == null).map(pod -> pod.ref().name()).toList();
    if (!bare.isEmpty()) {
      return finding(
          false,
          "NotInjected",
          "%d of %d pods have no sidecar, %s among them"
              .formatted(bare.size(), pods.size(), bare.getFirst()),
          generation);
    }
    for (ServiceView service : seen.world().services()) {
      for (PodView pod : pods) {
        PodView.Injected sidecar = pod.sidecar();
        if (sidecar != null && selects(service, pod)) {
          for (ServiceView.Port port : service.ports()) {
            if (port.targetNumber() != null && port.targetNumber() == sidecar.appPort()) {
              return finding(false, "PortNotNamed", remedy(service, port, sidecar), generation);
            }
          }
        }
      }
    }
    return finding(true, "Captured", "no Service goes around the sidecars", generation);
  }

  private static boolean selects(ServiceView service, PodView pod) {
    return service.namespace().equals(pod.ref().namespace()) && service.selects(pod.labels());
  }

  private static String remedy(
      ServiceView service, ServiceView.Port port, PodView.Injected sidecar) {
    String what =
        "Service %s sends port %d to the application's port %d by number, past the sidecar; "
            .formatted(service.name(), port.port(), sidecar.appPort());
    return sidecar.portName() == null
        ? what + "give the container's port a name and write that name as its targetPort"
        : what + "write targetPort: " + sidecar.portName();
  }

  private static Finding finding(boolean holds, String reason, String message, long generation) {
    return new Finding("TrafficCaptured", holds, reason, message, generation);
  }
}
