package dev.weir.operator.validate;

import dev.weir.crds.v1alpha1.TargetRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Collects problems; holds the checks that both kinds share. (NOT thread safe) */
final class Findings {

  private static final Set<String> TARGET_KINDS = Set.of("Deployment", "StatefulSet", "DaemonSet");

  private final List<Problem> problems = new ArrayList<>();

  void add(String path, String message) {
    problems.add(new Problem(path, message));
  }

  List<Problem> all() {
    return problems;
  }

  void targets(List<TargetRef> targets) {
    if (targets.isEmpty()) {
      add("spec.targetRefs", "is empty; name at least one workload");
    }
    Set<TargetRef> seen = new HashSet<>();
    for (int i = 0; i < targets.size(); i++) {
      TargetRef target = targets.get(i);
      String path = "spec.targetRefs[" + i + "]";
      if (!target.group().equals("apps") || !TARGET_KINDS.contains(target.kind())) {
        add(
            path,
            "%s/%s cannot be a target; write group apps and kind Deployment, StatefulSet or DaemonSet"
                .formatted(target.group(), target.kind()));
      }
      if (!seen.add(target)) {
        add(path, "names %s/%s again; remove it".formatted(target.kind(), target.name()));
      }
    }
  }

  <T> void uniqueNames(String path, List<T> entries, Function<T, String> name) {
    Set<String> seen = new HashSet<>();
    for (T entry : entries) {
      if (!seen.add(name.apply(entry))) {
        add(
            path + "[" + name.apply(entry) + "].name",
            "is used twice; give each entry a name of its own");
      }
    }
  }
}
