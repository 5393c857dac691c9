package dev.weir.operator.reconcile;

import dev.weir.operator.compile.Compilation;
import dev.weir.operator.world.WorkloadRef;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the latest revisions of each workload held. A sidecar that acknowledged one of them enforces
 * a policy if that revision held the policy's present content; so the edit of another policy does
 * not make this one look unfinished. Thread-safe.
 */
final class PublishedHistory {

  private static final int REVISIONS = 64;

  private final Map<WorkloadRef, Map<String, Map<String, String>>> workloads = new HashMap<>();

  synchronized void record(Compilation compilation) {
    workloads.keySet().retainAll(compilation.workloads().keySet());
    compilation
        .workloads()
        .forEach(
            (workload, compiled) -> {
              Map<String, Map<String, String>> revisions =
                  workloads.computeIfAbsent(workload, _ -> new LinkedHashMap<>());
              // Removed first, so that a revision that is published again is the newest again.
              revisions.remove(compiled.revision());
              revisions.put(
                  compiled.revision(), compilation.contents().getOrDefault(workload, Map.of()));
              if (revisions.size() > REVISIONS) {
                revisions.remove(revisions.keySet().iterator().next());
              }
            });
  }

  /**
   * Whether a revision held exactly this content of a policy.
   *
   * @param policy {@code Kind/name}
   * @param content null for nothing at all
   */
  synchronized boolean held(
      WorkloadRef workload, String revision, String policy, @Nullable String content) {
    Map<String, String> contents = workloads.getOrDefault(workload, Map.of()).get(revision);
    return contents != null && Objects.equals(contents.get(policy), content);
  }
}
