package dev.weir.operator.reconcile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.crds.v1alpha1.Condition;
import dev.weir.crds.v1alpha1.QuotaPlanStatus;
import dev.weir.crds.v1alpha1.QuotaPlanSummary;
import dev.weir.crds.v1alpha1.QuotaUsage;
import dev.weir.crds.v1alpha1.StoreMode;
import dev.weir.crds.v1alpha1.SubjectUsage;
import dev.weir.crds.v1alpha1.TierStatus;
import dev.weir.limits.UsageReader;
import dev.weir.limits.UsageReader.Usage;
import dev.weir.operator.compile.Compilation;
import dev.weir.operator.compile.Compiler;
import dev.weir.operator.compile.Settings;
import dev.weir.operator.compile.Worlds;
import dev.weir.operator.usage.CounterUsage;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlanReportTest {

  private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");
  private static final Period MONTH_IN_BERLIN =
      new Period("2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z");
  private static final Period DAY = new Period("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z");

  private static final String PLAN =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      identity: {apiKey: {in: [{header: x-api-key}]}}
      subject: {consumer: {}}
      tiers:
      - name: gold
        consumers: {matchLabels: {tier: gold}}
        quotas:
        - {name: monthly, unit: Requests, limit: 1000, window: {every: Month, timeZone: Europe/Berlin}}
        - {name: daily, unit: Requests, limit: 100, window: {every: Day}}
      - name: rest
        quotas:
        - {name: monthly, unit: Requests, limit: 10, window: {every: Month, timeZone: Europe/Berlin}}
      """;

  private record Period(String start, String end) {

    /** Usage of the period; each subject as {@code name=used}. */
    Usage usage(long used, long exhausted, String... top) {
      List<UsageReader.SubjectUsage> subjects =
          Stream.of(top)
              .map(text -> text.split("="))
              .map(pair -> new UsageReader.SubjectUsage(pair[0], Long.parseLong(pair[1])))
              .toList();
      return new Usage(
          used,
          subjects.size(),
          exhausted,
          subjects,
          Instant.parse(start).toEpochMilli(),
          Instant.parse(end).toEpochMilli());
    }
  }

  private final Map<String, Usage> usage = new HashMap<>();
  private String plan = PLAN;
  private boolean shared = true;

  private void used(String tier, String quota, Usage of) {
    String every = quota.equals("monthly") ? "Month" : "Day";
    usage.put("q/public/%s/%s/%s".formatted(tier, quota, every), of);
  }

  private QuotaPlanStatus report() {
    return report(new CounterUsage(usage, null));
  }

  private QuotaPlanStatus report(CounterUsage read) {
    World world =
        new Worlds()
            .deployment("api")
            .plan("public", plan)
            .consumer("acme", "acme", true, Map.of("tier", "gold"), "a1")
            .consumer("bolt", "bolt", true, Map.of("tier", "gold"), "b1", "b2")
            .consumer("corp", "corp", true, Map.of(), "c1")
            .consumer("later", "later", false, Map.of("tier", "gold"), "d1")
            .build();
    Compilation compilation =
        new Compiler(new Settings(5000, 50, null)).compile(world, Worlds.NONE);
    return PlanReport.of(
        requireNonNull(
            compilation
                .plans()
                .get(new PolicyRef(PolicyRef.QUOTA_PLAN, Worlds.NAMESPACE, "public"))),
        read,
        null,
        new Observation(
            NOW,
            Duration.ofSeconds(10),
            shared,
            world,
            compilation,
            new PublishedHistory(),
            Map.of()));
  }

  private static QuotaPlanSummary summary(QuotaPlanStatus status) {
    return requireNonNull(status.summary());
  }

  private List<String> top() {
    return requireNonNull(report().topSubjects()).stream()
        .map(subject -> subject.subject() + " " + subject.quota() + " " + subject.percent())
        .toList();
  }

  @Test
  void tiersShowWhatTheirConsumersUsedOfWhatTheyMayUse() {
    used("gold", "monthly", MONTH_IN_BERLIN.usage(700, 0, "acme=500", "bolt=200"));
    used("gold", "daily", DAY.usage(110, 1, "acme=100", "bolt=10"));
    used("rest", "monthly", MONTH_IN_BERLIN.usage(10, 1, "corp=10"));
    String start = "2026-11-01T00:00:00+01:00";
    String end = "2026-12-01T00:00:00+01:00";
    assertThat(report().tiers())
        .containsExactly(
            new TierStatus(
                "gold",
                2,
                1,
                List.of(
                    new QuotaUsage("monthly", 700, 2000, start, end),
                    new QuotaUsage(
                        "daily", 110, 200, "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"))),
            new TierStatus("rest", 1, 1, List.of(new QuotaUsage("monthly", 10, 10, start, end))));
    assertThat(report().summary())
        .isEqualTo(
            new QuotaPlanSummary(
                2, 3, 2, "710/2010 (35%)", "acme 100%", "2026-11-30T23:00Z", "Deployment/api"));
  }

  @Test
  void theFullestSubjectsComeFirst() {
    used("gold", "monthly", MONTH_IN_BERLIN.usage(700, 0, "acme=500", "bolt=200"));
    used("gold", "daily", DAY.usage(110, 1, "acme=50", "bolt=10"));
    used("rest", "monthly", MONTH_IN_BERLIN.usage(9, 0, "corp=9"));
    // Of two that are as full, the one that used more.
    assertThat(top())
        .containsExactly(
            "corp monthly 90",
            "acme monthly 50",
            "acme daily 50",
            "bolt monthly 20",
            "bolt daily 10");
    assertThat(requireNonNull(report().topSubjects()).getFirst())
        .isEqualTo(
            new SubjectUsage("corp", "rest", "monthly", 9, 10, 90, "2026-12-01T00:00:00+01:00"));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "2, 2", "50, 3"})
  void noMoreSubjectsThanAskedFor(int asked, int shown) {
    plan = PLAN + "reporting: {topSubjects: " + asked + "}";
    used("gold", "monthly", MONTH_IN_BERLIN.usage(700, 0, "acme=500", "bolt=200"));
    used("rest", "monthly", MONTH_IN_BERLIN.usage(9, 0, "corp=9"));
    assertThat(report().topSubjects()).hasSize(shown);
  }

  @Test
  void tenSubjectsUnlessAskedForOthers() {
    String[] many = new String[12];
    for (int i = 0; i < many.length; i++) {
      many[i] = "s" + i + "=" + i;
    }
    used("gold", "monthly", MONTH_IN_BERLIN.usage(66, 0, many));
    assertThat(report().topSubjects()).hasSize(10);
  }

  @Test
  void hashedSubjectsAreNowhereNamed() {
    plan = PLAN + "reporting: {hashSubjects: true}";
    used("gold", "monthly", MONTH_IN_BERLIN.usage(700, 0, "acme=500", "bolt=200"));
    QuotaPlanStatus status = report();
    assertThat(status.toString()).doesNotContain("acme", "bolt");
    // The first 12 digits that sha256sum prints for acme.
    assertThat(summary(status).top()).isEqualTo("822b33ad87c1 50%");
  }

  @Test
  void quotasOfAnotherPeriodAreNotAddedUp() {
    used("gold", "monthly", MONTH_IN_BERLIN.usage(700, 0, "acme=700"));
    used("rest", "monthly", DAY.usage(10, 1, "corp=10"));
    assertThat(summary(report()).used()).isEqualTo("700/2000 (35%)");
  }

  @Test
  void aTierWithoutConsumersHasNoPercentage() {
    plan =
        """
        targetRefs: [{group: apps, kind: Deployment, name: api}]
        identity: {apiKey: {in: [{header: x-api-key}]}}
        subject: {consumer: {}}
        tiers:
        - name: platinum
          consumers: {matchLabels: {tier: platinum}}
          quotas: [{name: q, unit: Requests, limit: 5, window: {every: Day}}]
        """;
    used("platinum", "q", DAY.usage(0, 0));
    assertThat(report().summary())
        .isEqualTo(
            new QuotaPlanSummary(1, 0, 0, null, null, "2026-11-21T00:00Z", "Deployment/api"));
    // Somebody who was in the tier and left it.
    used("platinum", "q", DAY.usage(3, 0, "acme=3"));
    assertThat(summary(report()).used()).isEqualTo("3/0 (100%)");
  }

  @Test
  void sumsThatNoLongHoldsStayAtTheLargest() {
    plan = PLAN.replace("limit: 1000,", "limit: " + Long.MAX_VALUE + ",");
    used("gold", "monthly", MONTH_IN_BERLIN.usage(Long.MAX_VALUE, 0));
    used("rest", "monthly", MONTH_IN_BERLIN.usage(5, 0));
    QuotaPlanStatus status = report();
    assertThat(requireNonNull(status.tiers()).getFirst().quotas().getFirst().limit())
        .isEqualTo(Long.MAX_VALUE);
    assertThat(summary(status).used()).isEqualTo("9.2E/9.2E (100%)");
  }

  @Test
  void beforeTheFirstReading() {
    QuotaPlanStatus status = report(CounterUsage.UNKNOWN);
    assertThat(status.tiers())
        .containsExactly(
            new TierStatus("gold", 2, 0, List.of()), new TierStatus("rest", 1, 0, List.of()));
    assertThat(status.topSubjects()).isEmpty();
    assertThat(status.summary())
        .isEqualTo(new QuotaPlanSummary(2, 3, 0, null, null, null, "Deployment/api"));
  }

  @Test
  void aFailedReadingKeepsTheNumbersAndSaysWhy() {
    used("rest", "monthly", MONTH_IN_BERLIN.usage(9, 0, "corp=9"));
    QuotaPlanStatus status = report(new CounterUsage(usage, "connection refused"));
    assertThat(summary(status).top()).isEqualTo("corp 90%");
    assertThat(requireNonNull(status.store()).mode()).isEqualTo(StoreMode.UNAVAILABLE);
    assertThat(requireNonNull(status.conditions()))
        .filteredOn(condition -> condition.type().equals("StoreAvailable"))
        .singleElement()
        .satisfies(
            condition -> {
              assertThat(condition.status()).isEqualTo("False");
              assertThat(condition.message()).endsWith("connection refused");
            });
  }

  @Test
  void withoutASharedStoreThereIsNothingToShow() {
    shared = false;
    QuotaPlanStatus status = report(CounterUsage.UNKNOWN);
    assertThat(requireNonNull(status.store()).mode()).isEqualTo(StoreMode.LOCAL);
    assertThat(requireNonNull(status.conditions()))
        .filteredOn(condition -> condition.type().equals("Ready"))
        .extracting(Condition::status)
        .containsExactly("True");
  }

  @Test
  void aPlanThatWasNeverAcceptedHasNoTiers() {
    plan = PLAN.replace("Europe/Berlin", "Europe/Atlantis");
    QuotaPlanStatus status = report(CounterUsage.UNKNOWN);
    assertThat(status.tiers()).isEmpty();
    assertThat(status.summary()).isEqualTo(new QuotaPlanSummary(0, 0, 0, null, null, null, "none"));
  }
}
