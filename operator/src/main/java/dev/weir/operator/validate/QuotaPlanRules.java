package dev.weir.operator.validate;

import dev.weir.crds.v1alpha1.Period;
import dev.weir.crds.v1alpha1.Quota;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.Reporting;
import dev.weir.crds.v1alpha1.Tier;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a QuotaPlan must hold beyond its schema. */
public final class QuotaPlanRules {

  private static final Set<Period> WITH_START_DAY =
      EnumSet.of(Period.MONTH, Period.QUARTER, Period.YEAR);

  /** What status.topSubjects has room for. */
  private static final int MOST_SUBJECTS = 50;

  private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

  private QuotaPlanRules() {}

  /** Judges one spec; {@code lastAccepted} is null if none ever was. */
  public static Verdict<QuotaPlanSpec> judge(
      QuotaPlanSpec spec, long generation, @Nullable Accepted<QuotaPlanSpec> lastAccepted) {
    return Verdict.of(spec, generation, check(spec), lastAccepted);
  }

  static List<Problem> check(QuotaPlanSpec spec) {
    Findings findings = new Findings();
    findings.targets(spec.targetRefs());
    findings.identity(spec.identity());
    if (spec.tiers().isEmpty()) {
      findings.add("spec.tiers", "is empty; write at least one tier");
    }
    findings.uniqueNames("spec.tiers", spec.tiers(), Tier::name);
    for (int i = 0; i < spec.tiers().size(); i++) {
      Tier tier = spec.tiers().get(i);
      String path = "spec.tiers[" + tier.name() + "]";
      boolean matchesAll = tier.consumers() == null || tier.consumers().matchLabels().isEmpty();
      if (matchesAll && i < spec.tiers().size() - 1) {
        findings.add(
            path + ".consumers",
            "matches every consumer, so the tiers after it are never reached; only the last tier"
                + " may do so: add matchLabels or move it to the end");
      }
      if (tier.quotas().isEmpty()) {
        findings.add(path + ".quotas", "is empty; write at least one quota");
      }
      findings.uniqueNames(path + ".quotas", tier.quotas(), Quota::name);
      tier.quotas().forEach(quota -> quota(findings, path, quota));
    }
    if (spec.reporting() != null) {
      reporting(findings, spec.reporting());
    }
    return findings.all();
  }

  private static void quota(Findings findings, String tier, Quota quota) {
    String path = tier + ".quotas[" + quota.name() + "]";
    if (quota.limit() < 0) {
      findings.add(path + ".limit", quota.limit() + " is negative; write 0 or more");
    }
    String zone = quota.window().timeZone();
    if (zone != null && !known(zone)) {
      findings.add(
          path + ".window.timeZone",
          zone + " is not a known time zone; write an IANA name such as Europe/Berlin or UTC");
    }
    Integer day = quota.window().startDay();
    if (day != null) {
      if (day < 1 || day > 31) {
        findings.add(path + ".window.startDay", day + " is not a day of a month; write 1 to 31");
      } else if (day != 1 && !WITH_START_DAY.contains(quota.window().every())) {
        findings.add(
            path + ".window.startDay", "has a meaning for Month, Quarter and Year only; remove it");
      }
    }
  }

  /** Offsets such as {@code +02:00} know no summer time and are no IANA names. */
  private static boolean known(String zone) {
    try {
      return ZONES.contains(zone) && ZoneId.of(zone) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static void reporting(Findings findings, Reporting reporting) {
    if (reporting.minInterval() != null) {
      OptionalLong interval = Durations.millis(reporting.minInterval());
      if (interval.isEmpty() || interval.getAsLong() < 1000 || interval.getAsLong() > 3_600_000) {
        findings.add(
            "spec.reporting.minInterval",
            reporting.minInterval() + " is not a duration from 1s to 1h; write for example 5s");
      }
    }
    Integer top = reporting.topSubjects();
    if (top != null && (top < 0 || top > MOST_SUBJECTS)) {
      findings.add(
          "spec.reporting.topSubjects", "%d is not in 0 to %d".formatted(top, MOST_SUBJECTS));
    }
  }
}
