package dev.weir.operator.attach;

import dev.weir.operator.attach.Claim.Demand;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who governs what.
 *
 * @param governing the policies of each workload or route, or the routes of each workload, the
 *     oldest first
 * @param targets what became of each target, in the order of the claim
 */
public record Attachments(
    Map<WorkloadRef, List<PolicyRef>> governing, Map<PolicyRef, List<Target>> targets) {

  private static final Comparator<Claim> OLDEST_FIRST =
      Comparator.comparing(Claim::created).thenComparing(Claim::ref);

  /** Attaches each claim where its targets exist and nothing older clashes. */
  public static Attachments of(Collection<Claim> claims, Map<WorkloadRef, Site> existing) {
    Map<WorkloadRef, List<Claim>> holders = new HashMap<>();
    Map<PolicyRef, List<Target>> targets = new HashMap<>();
    for (Claim claim : claims.stream().sorted(OLDEST_FIRST).toList()) {
      List<Target> results = new ArrayList<>();
      for (WorkloadRef target : claim.targets()) {
        Site site = existing.get(target);
        results.add(
            site == null
                ? new Target.NotFound(target)
                : attach(
                    claim, target, site, holders.computeIfAbsent(target, _ -> new ArrayList<>())));
      }
      targets.put(claim.ref(), List.copyOf(results));
    }
    Map<WorkloadRef, List<PolicyRef>> governing = new HashMap<>();
    holders.forEach(
        (target, list) -> governing.put(target, list.stream().map(Claim::ref).toList()));
    return new Attachments(governing, targets);
  }

  /** The policies of a workload or route, or the routes of a workload, the oldest first. */
  public List<PolicyRef> governing(WorkloadRef target) {
    return governing.getOrDefault(target, List.of());
  }

  /** What became of each target of a claim; empty if there was no such claim. */
  public List<Target> targets(PolicyRef claim) {
    return targets.getOrDefault(claim, List.of());
  }

  private static Target attach(Claim claim, WorkloadRef target, Site site, List<Claim> older) {
    Optional<String> clash =
        clash(claim, target, site)
            .or(() -> older.stream().flatMap(o -> clash(claim, o).stream()).findFirst());
    if (clash.isPresent()) {
      return new Target.Conflicted(target, clash.get());
    }
    older.add(claim);
    return new Target.Governed(target, site.workloads());
  }

  private static Optional<String> clash(Claim claim, WorkloadRef target, Site site) {
    if (claim.demand() instanceof Demand.Port(int port) && site.appPorts().contains(port)) {
      return Optional.of(
          "the application listens on port %d itself; write another spec.listener.port"
              .formatted(port));
    }
    if (claim.demand() instanceof Demand.OneIdentity(Object identity)
        && site.identity() != null
        && !site.identity().equals(identity)) {
      return Optional.of(
          "%s/%s has another spec.identity; write the same in both"
              .formatted(target.kind(), target.name()));
    }
    return Optional.empty();
  }

  private static Optional<String> clash(Claim younger, Claim older) {
    if (younger.demand() instanceof Demand.Limits mine
        && older.demand() instanceof Demand.Limits theirs) {
      Set<String> both = new TreeSet<>(mine.names());
      both.retainAll(theirs.names());
      return both.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "the older %s has limits named %s too; rename them here or remove them there"
                  .formatted(older.ref().key(), String.join(", ", both)));
    }
    if (younger.demand() instanceof Demand.OneIdentity mine
        && older.demand() instanceof Demand.OneIdentity theirs
        && !mine.identity().equals(theirs.identity())) {
      return Optional.of(
          "the older %s has another spec.identity; all plans of a workload must have the same"
              .formatted(older.ref().key()));
    }
    if (younger.demand() instanceof Demand.Port mine && older.demand().equals(mine)) {
      return Optional.of(
          "the older %s listens on port %d too; write another spec.listener.port"
              .formatted(older.ref().key(), mine.port()));
    }
    return Optional.empty();
  }
}
