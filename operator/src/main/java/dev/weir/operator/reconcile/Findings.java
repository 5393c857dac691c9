package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.TargetStatus;
import dev.weir.operator.attach.Target;
import dev.weir.operator.compile.Governance;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The conditions that all kinds have. */
final class Findings {

  private Findings() {}

  /**
   * @param own parts of Ready that this kind alone has
   */
  static List<Finding> of(
      Governance<?> governance,
      Enforcement enforcement,
      StoreState store,
      List<Finding> own,
      Observation seen) {
    long generation = governance.generation();
    Finding accepted = accepted(governance);
    Finding programmed = enforcement.programmed();
    List<Finding> parts = new ArrayList<>();
    parts.add(accepted);
    parts.add(resolved(governance));
    parts.add(programmed);
    if (Capture.concerns(governance)) {
      parts.add(Capture.of(governance, seen));
    }
    parts.addAll(own);
    parts.add(store.finding(generation));
    List<Finding> all = new ArrayList<>(parts);
    all.add(
        parts.stream()
            .filter(finding -> !finding.holds())
            .findFirst()
            .map(
                finding ->
                    new Finding("Ready", false, finding.reason(), finding.message(), generation))
            .orElseGet(
                () ->
                    new Finding(
                        "Ready",
                        true,
                        governance.enabled() ? "Ready" : "Disabled",
                        governance.enabled()
                            ? (governance.ref().kind().equals(PolicyRef.LLM_ROUTE)
                                    ? "served"
                                    : "enforced")
                                + " by every pod of its targets"
                            : "switched off by spec.mode; no pod enforces it",
                        generation)));
    // Both are there only while they are true, as kstatus wants it.
    if (!accepted.holds()) {
      all.add(new Finding("Stalled", true, accepted.reason(), accepted.message(), generation));
    } else if (programmed.reason().equals("Refused")) {
      all.add(new Finding("Stalled", true, "Refused", programmed.message(), generation));
    } else if (programmed.reason().equals("PartiallyProgrammed")) {
      all.add(
          new Finding(
              "Reconciling", true, "PartiallyProgrammed", programmed.message(), generation));
    }
    return all;
  }

  private static Finding accepted(Governance<?> governance) {
    long generation = governance.generation();
    if (!governance.verdict().accepted()) {
      String fallback =
          governance.verdict().inForce() == null
              ? ""
              : "; generation %d stays in force".formatted(governance.verdict().generation());
      return new Finding(
          "Accepted", false, "Invalid", governance.verdict().explanation() + fallback, generation);
    }
    List<String> conflicts = new ArrayList<>();
    for (Target target : governance.targets()) {
      if (target instanceof Target.Conflicted(WorkloadRef ref, String reason)) {
        conflicts.add(name(ref) + ": " + reason);
      }
    }
    return conflicts.isEmpty()
        ? new Finding("Accepted", true, "Accepted", "the spec is valid", generation)
        : new Finding(
            "Accepted",
            false,
            "Conflicted",
            (governance.ref().kind().equals(PolicyRef.LLM_ROUTE)
                    ? "is not served by "
                    : "does not govern ")
                + String.join("; ", conflicts),
            generation);
  }

  private static Finding resolved(Governance<?> governance) {
    List<String> problems = new ArrayList<>();
    List<String> missing =
        governance.targets().stream()
            .filter(target -> target instanceof Target.NotFound)
            .map(target -> name(target.ref()))
            .toList();
    if (!missing.isEmpty()) {
      problems.add(
          "there is no %s in namespace %s; it is governed as soon as it is there"
              .formatted(String.join(", no ", missing), governance.ref().namespace()));
    }
    problems.addAll(governance.unresolved());
    String reason = missing.isEmpty() ? "SecretNotFound" : "TargetNotFound";
    return new Finding(
        "ResolvedRefs",
        problems.isEmpty(),
        problems.isEmpty() ? "ResolvedRefs" : reason,
        problems.isEmpty() ? "all references lead somewhere" : String.join("; ", problems),
        governance.verdict().generation());
  }

  static String name(WorkloadRef workload) {
    return workload.kind() + "/" + workload.name();
  }

  /** What the TARGET column shows. */
  static String targetSummary(Governance<?> governance) {
    List<String> names = governance.targets().stream().map(target -> name(target.ref())).toList();
    if (names.isEmpty()) {
      return "none";
    }
    return names.size() == 1 ? names.getFirst() : names.getFirst() + " +" + (names.size() - 1);
  }

  static List<TargetStatus> targets(
      Governance<?> governance, Enforcement enforcement, int limits, Observation seen) {
    return governance.targets().stream()
        .map(
            target ->
                target instanceof Target.Governed(WorkloadRef ref, List<WorkloadRef> workloads)
                    ? new TargetStatus(name(ref), enforcement.podsOf(workloads, seen), limits)
                    : new TargetStatus(name(target.ref()), 0, 0))
        .collect(Collectors.toUnmodifiableList());
  }
}
