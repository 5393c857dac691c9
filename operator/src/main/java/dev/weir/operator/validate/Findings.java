package dev.weir.operator.validate;

import dev.weir.crds.v1alpha1.Anonymous;
import dev.weir.crds.v1alpha1.ApiKeyLocation;
import dev.weir.crds.v1alpha1.Identity;
import dev.weir.crds.v1alpha1.TargetRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Collects problems; holds the checks that kinds share. (NOT thread safe) */
final class Findings {

  private static final Set<String> WORKLOAD_KINDS =
      Set.of("Deployment", "StatefulSet", "DaemonSet");

  private final List<Problem> problems = new ArrayList<>();

  void add(String path, String message) {
    problems.add(new Problem(path, message));
  }

  List<Problem> all() {
    return problems;
  }

  /** The targets of a policy or plan: workloads and LlmRoutes. */
  void targets(List<TargetRef> targets) {
    targets(
        targets,
        target -> isWorkload(target) || isRoute(target),
        "write group apps and kind Deployment, StatefulSet or DaemonSet, or group weir.dev and kind"
            + " LlmRoute");
  }

  /** The targets of a route, which serve it. */
  void workloads(List<TargetRef> targets) {
    targets(
        targets,
        Findings::isWorkload,
        "write group apps and kind Deployment, StatefulSet or DaemonSet");
  }

  private void targets(List<TargetRef> targets, Predicate<TargetRef> fits, String whatToWrite) {
    if (targets.isEmpty()) {
      add("spec.targetRefs", "is empty; name at least one target");
    }
    Set<TargetRef> seen = new HashSet<>();
    for (int i = 0; i < targets.size(); i++) {
      TargetRef target = targets.get(i);
      String path = "spec.targetRefs[" + i + "]";
      if (!fits.test(target)) {
        add(
            path,
            "%s/%s cannot be a target; %s".formatted(target.group(), target.kind(), whatToWrite));
      }
      if (!seen.add(target)) {
        add(path, "names %s/%s again; remove it".formatted(target.kind(), target.name()));
      }
    }
  }

  private static boolean isWorkload(TargetRef target) {
    return target.group().equals("apps") && WORKLOAD_KINDS.contains(target.kind());
  }

  private static boolean isRoute(TargetRef target) {
    return target.group().equals("weir.dev") && target.kind().equals("LlmRoute");
  }

  void identity(Identity identity) {
    List<ApiKeyLocation> locations = identity.apiKey() == null ? List.of() : identity.apiKey().in();
    if (locations.isEmpty() && identity.anonymous() != Anonymous.ALLOW) {
      add(
          "spec.identity",
          "recognises nobody, so every request would be refused; write"
              + " apiKey: {in: [{header: x-api-key}]} or anonymous: Allow");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < locations.size(); i++) {
      ApiKeyLocation location = locations.get(i);
      String scheme = location.scheme() == null ? "" : location.scheme();
      if (!seen.add((location.header() + " " + scheme).toLowerCase(Locale.ROOT))) {
        add("spec.identity.apiKey.in[" + i + "]", "names the same place again; remove it");
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
