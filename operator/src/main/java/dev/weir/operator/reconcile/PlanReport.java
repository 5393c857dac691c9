package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.Quota;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.QuotaPlanStatus;
import dev.weir.crds.v1alpha1.QuotaPlanSummary;
import dev.weir.crds.v1alpha1.QuotaUsage;
import dev.weir.crds.v1alpha1.SubjectUsage;
import dev.weir.crds.v1alpha1.Tier;
import dev.weir.crds.v1alpha1.TierStatus;
import dev.weir.limits.UsageReader.Usage;
import dev.weir.operator.attach.Target;
import dev.weir.operator.compile.CompiledWorkload;
import dev.weir.operator.compile.Governance;
import dev.weir.operator.compile.Plans;
import dev.weir.operator.usage.CounterUsage;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.Snapshot;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pure: what a QuotaPlan's status says. */
final class PlanReport {

  private static final int DEFAULT_TOP = 10;

  private static final Comparator<SubjectUsage> FULLEST_FIRST =
      Comparator.comparingInt(SubjectUsage::percent)
          .thenComparingLong(SubjectUsage::used)
          .reversed()
          .thenComparing(SubjectUsage::subject)
          .thenComparing(SubjectUsage::quota);

  private PlanReport() {}

  /**
   * @param before the status until now, for the times of its conditions
   */
  static QuotaPlanStatus of(
      Governance<QuotaPlanSpec> governance,
      CounterUsage usage,
      @Nullable QuotaPlanStatus before,
      Observation seen) {
    Enforcement enforcement = Enforcement.of(governance, seen);
    StoreState store = StoreState.of(enforcement, seen, usage.error());
    QuotaPlanSpec spec = governance.verdict().inForce();
    Map<String, Integer> subjects = subjects(governance, seen);
    List<TierStatus> tiers = new ArrayList<>();
    List<SubjectUsage> top = new ArrayList<>();
    if (spec != null) {
      boolean hash =
          spec.reporting() != null && Boolean.TRUE.equals(spec.reporting().hashSubjects());
      for (Tier tier : spec.tiers()) {
        tiers.add(tier(governance.ref(), tier, subjects.getOrDefault(tier.name(), 0), usage));
        top.addAll(top(governance.ref(), tier, usage, hash));
      }
    }
    int most =
        spec == null || spec.reporting() == null || spec.reporting().topSubjects() == null
            ? DEFAULT_TOP
            : spec.reporting().topSubjects();
    List<SubjectUsage> fullest = top.stream().sorted(FULLEST_FIRST).limit(most).toList();
    int quotas = spec == null ? 0 : spec.tiers().stream().mapToInt(t -> t.quotas().size()).sum();
    return new QuotaPlanStatus(
        governance.generation(),
        Conditions.of(
            Findings.of(governance, enforcement, store, List.of(), seen),
            before == null ? null : before.conditions(),
            seen.now()),
        enforcement.dataPlane(),
        Findings.targets(governance, enforcement, quotas, seen),
        tiers,
        fullest,
        store.status(),
        summary(governance, spec, tiers, fullest));
  }

  /** How many approved consumers are in each tier, without those that have none. */
  private static Map<String, Integer> subjects(
      Governance<QuotaPlanSpec> governance, Observation seen) {
    Map<String, Integer> subjects = new HashMap<>();
    for (Target target : governance.targets()) {
      List<Snapshot.Consumer> consumers = consumers(target, seen);
      if (!consumers.isEmpty()) {
        // All targets are in one namespace and have the same consumers.
        for (Snapshot.Consumer consumer : consumers) {
          String tier = consumer.tiers().get(governance.ref().name());
          if (tier != null && consumer.approved()) {
            subjects.merge(tier, 1, Integer::sum);
          }
        }
        break;
      }
    }
    return subjects;
  }

  private static List<Snapshot.Consumer> consumers(Target target, Observation seen) {
    if (target instanceof Target.Governed(WorkloadRef ref, List<WorkloadRef> workloads)) {
      for (WorkloadRef workload : workloads) {
        CompiledWorkload compiled = seen.compilation().workloads().get(workload);
        if (compiled != null) {
          return ref.isRoute()
              ? compiled.snapshot().routes().stream()
                  .filter(route -> route.name().equals(ref.name()))
                  .findFirst()
                  .map(Snapshot.Route::consumers)
                  .orElse(List.of())
              : compiled.snapshot().consumers();
        }
      }
    }
    return List.of();
  }

  private static TierStatus tier(PolicyRef plan, Tier tier, int subjects, CounterUsage usage) {
    List<QuotaUsage> quotas = new ArrayList<>();
    long exhausted = 0;
    for (Quota quota : tier.quotas()) {
      Usage used = usage.counters().get(Plans.counter(plan, tier, quota));
      if (used != null) {
        ZoneId zone = zone(quota);
        quotas.add(
            new QuotaUsage(
                quota.name(),
                used.used(),
                times(quota.limit(), subjects),
                time(used.periodStartMillis(), zone),
                time(used.periodEndMillis(), zone)));
        exhausted = Math.max(exhausted, used.exhausted());
      }
    }
    return new TierStatus(
        tier.name(), subjects, (int) Math.min(exhausted, Integer.MAX_VALUE), quotas);
  }

  private static List<SubjectUsage> top(
      PolicyRef plan, Tier tier, CounterUsage usage, boolean hash) {
    List<SubjectUsage> top = new ArrayList<>();
    for (Quota quota : tier.quotas()) {
      Usage used = usage.counters().get(Plans.counter(plan, tier, quota));
      if (used != null) {
        String resetsAt = time(used.periodEndMillis(), zone(quota));
        for (var subject : used.top()) {
          top.add(
              new SubjectUsage(
                  hash ? Amounts.hash(subject.subject()) : subject.subject(),
                  tier.name(),
                  quota.name(),
                  subject.used(),
                  quota.limit(),
                  Amounts.percent(subject.used(), quota.limit()),
                  resetsAt));
        }
      }
    }
    return top;
  }

  /**
   * USED and RESETS-AT are about one period: that of the first tier's first quota. Other tiers'
   * first quotas are added where they have the same one.
   */
  private static QuotaPlanSummary summary(
      Governance<?> governance,
      @Nullable QuotaPlanSpec spec,
      List<TierStatus> tiers,
      List<SubjectUsage> top) {
    String used = null;
    String resetsAt = null;
    if (spec != null && !tiers.isEmpty() && !tiers.getFirst().quotas().isEmpty()) {
      QuotaUsage first = tiers.getFirst().quotas().getFirst();
      long sum = 0;
      long limit = 0;
      int subjects = 0;
      for (TierStatus tier : tiers) {
        for (QuotaUsage quota : tier.quotas().stream().limit(1).toList()) {
          if (quota.periodStart().equals(first.periodStart())
              && quota.resetsAt().equals(first.resetsAt())) {
            sum = plus(sum, quota.used());
            limit = plus(limit, quota.limit());
            subjects += tier.subjects();
          }
        }
      }
      // Nothing of nothing is no percentage.
      used = subjects == 0 && sum == 0 ? null : Amounts.of(sum, limit);
      resetsAt = column(first.resetsAt());
    }
    return new QuotaPlanSummary(
        tiers.size(),
        tiers.stream().mapToInt(TierStatus::subjects).sum(),
        tiers.stream().mapToInt(TierStatus::exhausted).sum(),
        used,
        top.isEmpty() ? null : top.getFirst().subject() + " " + top.getFirst().percent() + "%",
        resetsAt,
        Findings.targetSummary(governance));
  }

  /** To the minute in UTC, which leaves the columns room. */
  private static String column(String time) {
    return DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm'Z'")
        .withZone(ZoneOffset.UTC)
        .format(OffsetDateTime.parse(time));
  }

  private static ZoneId zone(Quota quota) {
    String zone = quota.window().timeZone();
    return ZoneId.of(zone == null ? "UTC" : zone);
  }

  private static String time(long millis, ZoneId zone) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(Instant.ofEpochMilli(millis).atZone(zone));
  }

  private static long times(long limit, int subjects) {
    long high = Math.multiplyHigh(limit, subjects);
    long low = limit * subjects;
    return high != 0 || low < 0 ? Long.MAX_VALUE : low;
  }

  private static long plus(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
