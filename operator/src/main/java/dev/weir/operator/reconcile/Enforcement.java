package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.DataPlane;
import dev.weir.operator.attach.Target;
import dev.weir.operator.compile.CompiledWorkload;
import dev.weir.operator.compile.Governance;
import dev.weir.operator.stream.Sidecar;
import dev.weir.operator.world.PodView;
import dev.weir.operator.world.WorkloadRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which pods of a policy's targets enforce its content that is in force. Awaited are the pods that
 * are not terminal and whose sidecar's container has started, and terminating ones while they are
 * connected; pods without a sidecar count as well, for they let everything through.
 */
record Enforcement(Governance<?> governance, List<PodState> pods, List<CompiledWorkload> targets) {

  enum State {
    ENFORCING,
    WAITING,
    REFUSED,
    NOT_INJECTED
  }

  /**
   * @param detail why not, where the sidecar said so
   */
  record PodState(PodView pod, State state, String detail) {
    String name() {
      return pod.ref().name();
    }
  }

  private static final int LAGGARDS = 10;

  static Enforcement of(Governance<?> governance, Observation seen) {
    List<PodState> pods = new ArrayList<>();
    List<CompiledWorkload> compiled = new ArrayList<>();
    for (WorkloadRef workload : workloads(governance)) {
      for (PodView pod : seen.world().podsOf(workload)) {
        state(governance, workload, pod, seen).ifPresent(pods::add);
      }
      CompiledWorkload snapshot = seen.compilation().workloads().get(workload);
      if (snapshot != null) {
        compiled.add(snapshot);
      }
    }
    return new Enforcement(governance, List.copyOf(pods), List.copyOf(compiled));
  }

  /** Several targets may have sidecars in common. */
  private static Set<WorkloadRef> workloads(Governance<?> governance) {
    Set<WorkloadRef> workloads = new LinkedHashSet<>();
    for (Target target : governance.targets()) {
      if (target instanceof Target.Governed governed) {
        workloads.addAll(governed.workloads());
      }
    }
    return workloads;
  }

  private static Optional<PodState> state(
      Governance<?> governance, WorkloadRef workload, PodView pod, Observation seen) {
    Optional<Sidecar> sidecar = seen.heard(pod);
    if (pod.terminal()
        || (pod.terminating() && sidecar.isEmpty())
        || (pod.sidecar() != null && pod.sidecarStarted() == null)) {
      return Optional.empty();
    }
    if (pod.sidecar() == null) {
      return Optional.of(new PodState(pod, State.NOT_INJECTED, ""));
    }
    if (sidecar.isEmpty()) {
      return Optional.of(new PodState(pod, State.WAITING, "not connected"));
    }
    String policy = governance.ref().key();
    String content = seen.compilation().content(workload, governance.ref());
    String acked = sidecar.get().acked();
    if (acked != null && seen.history().held(workload, acked, policy, content)) {
      return Optional.of(new PodState(pod, State.ENFORCING, ""));
    }
    String refusal = sidecar.get().refusal();
    return Optional.of(
        refusal == null
            ? new PodState(pod, State.WAITING, "")
            : new PodState(pod, State.REFUSED, refusal));
  }

  int acked() {
    return (int) pods.stream().filter(pod -> pod.state() == State.ENFORCING).count();
  }

  /** Pods of some workloads that count. */
  int podsOf(List<WorkloadRef> workloads, Observation seen) {
    Set<PodView> members = new HashSet<>();
    workloads.forEach(workload -> members.addAll(seen.world().podsOf(workload)));
    return (int) pods.stream().filter(pod -> members.contains(pod.pod())).count();
  }

  /** Several targets have several revisions; then none is shown. */
  DataPlane dataPlane() {
    return new DataPlane(
        targets.size() == 1 ? targets.getFirst().revision() : null,
        acked(),
        pods.size(),
        acked() + "/" + pods.size(),
        pods.stream()
            .filter(pod -> pod.state() != State.ENFORCING)
            .map(PodState::name)
            .sorted()
            .limit(LAGGARDS)
            .toList());
  }

  Finding programmed() {
    long generation = governance.verdict().generation();
    if (governance.verdict().inForce() == null) {
      return finding(false, "Invalid", "no spec of this object was ever accepted", generation);
    }
    boolean anyTarget =
        governance.targets().stream().anyMatch(target -> target instanceof Target.Governed);
    if (!anyTarget) {
      boolean conflicted =
          governance.targets().stream().anyMatch(target -> target instanceof Target.Conflicted);
      return finding(
          false,
          conflicted ? "Conflicted" : "TargetNotFound",
          conflicted
              ? "an older policy governs the target, see Accepted"
              : "there is no target to program yet, see ResolvedRefs",
          generation);
    }
    for (Target target : governance.targets()) {
      if (target instanceof Target.Governed(WorkloadRef ref, List<WorkloadRef> workloads)
          && workloads.isEmpty()) {
        return finding(
            false,
            "TargetNotServed",
            "no workload serves %s/%s yet, see its status".formatted(ref.kind(), ref.name()),
            generation);
      }
    }
    if (pods.isEmpty()) {
      return finding(true, "NoPods", "no pod of the target has started yet", generation);
    }
    List<PodState> late = pods.stream().filter(pod -> pod.state() != State.ENFORCING).toList();
    if (late.isEmpty()) {
      return finding(
          true, "Programmed", "all %d sidecars acknowledged it".formatted(pods.size()), generation);
    }
    Optional<PodState> refused =
        late.stream().filter(pod -> pod.state() == State.REFUSED).findFirst();
    if (refused.isPresent()) {
      return finding(
          false,
          "Refused",
          "the sidecar of pod %s refused it: %s"
              .formatted(refused.get().name(), refused.get().detail()),
          generation);
    }
    String names =
        late.stream().map(PodState::name).limit(LAGGARDS).collect(Collectors.joining(", "));
    if (late.stream().allMatch(pod -> pod.state() == State.NOT_INJECTED)) {
      return finding(
          false,
          "NotInjected",
          "%d of %d pods have no sidecar: %s; annotate the workload with weir.dev/inject: \"true\","
                  .formatted(late.size(), pods.size(), names)
              + " or kubectl rollout restart it if it is annotated",
          generation);
    }
    return finding(
        false,
        "PartiallyProgrammed",
        "%d/%d sidecars acknowledged it; waiting for %s".formatted(acked(), pods.size(), names),
        generation);
  }

  private static Finding finding(boolean holds, String reason, String message, long generation) {
    return new Finding("Programmed", holds, reason, message, generation);
  }
}
