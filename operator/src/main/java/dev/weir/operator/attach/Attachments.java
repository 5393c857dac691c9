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
 * @param governing the policies of each workload, the oldest first
 * @param targets what became of each target, in the order of the claim
 */
public record Attachments(
    Map<WorkloadRef, List<PolicyRef>> governing, Map<PolicyRef, List<Target>> targets) {

  private static final Comparator<Claim> OLDEST_FIRST =
      Comparator.comparing(Claim::created).thenComparing(Claim::ref);

  /** Attaches each claim where its targets exist and no older attached claim clashes. */
  public static Attachments of(Collection<Claim> claims, Set<WorkloadRef> existing) {
    Map<WorkloadRef, List<Claim>> holders = new HashMap<>();
    Map<PolicyRef, List<Target>> targets = new HashMap<>();
    for (Claim claim : claims.stream().sorted(OLDEST_FIRST).toList()) {
      List<Target> results = new ArrayList<>();
      for (WorkloadRef workload : claim.targets()) {
        results.add(attach(claim, workload, existing, holders));
      }
      targets.put(claim.ref(), List.copyOf(results));
    }
    Map<WorkloadRef, List<PolicyRef>> governing = new HashMap<>();
    holders.forEach(
        (workload, list) -> governing.put(workload, list.stream().map(Claim::ref).toList()));
    return new Attachments(governing, targets);
  }

  private static Target attach(
      Claim claim,
      WorkloadRef workload,
      Set<WorkloadRef> existing,
      Map<WorkloadRef, List<Claim>> holders) {
    if (!existing.contains(workload)) {
      return new Target.NotFound(workload);
    }
    List<Claim> older = holders.computeIfAbsent(workload, _ -> new ArrayList<>());
    for (Claim holder : older) {
      Optional<String> clash = clash(claim, holder);
      if (clash.isPresent()) {
        return new Target.Conflicted(workload, clash.get());
      }
    }
    older.add(claim);
    return new Target.Governed(workload);
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
    return Optional.empty();
  }
}
