package dev.weir.proxy.policy;

import dev.weir.limits.CalendarUnit;
import dev.weir.limits.Counter;
import dev.weir.limits.LimitSpec;
import dev.weir.protocol.Snapshot.HeaderFormat;
import dev.weir.protocol.Snapshot.Period;
import dev.weir.protocol.Snapshot.Plan;
import dev.weir.protocol.Snapshot.Quota;
import dev.weir.protocol.Snapshot.ResetFormat;
import dev.weir.protocol.Snapshot.Tier;
import dev.weir.proxy.config.RefusedException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One quota plan, ready to be asked. Immutable. */
final class CompiledPlan {
  private final String name;
  private final Map<String, List<Bound>> tiers = new HashMap<>();

  CompiledPlan(Plan plan, boolean onlyPlan, HeaderFormat headers, Counts counts)
      throws RefusedException {
    this.name = plan.name();
    for (Tier tier : plan.tiers()) {
      List<Bound> bounds = new ArrayList<>();
      for (Quota quota : tier.quotas()) {
        bounds.add(bound(plan, tier, quota, onlyPlan, headers, counts));
      }
      tiers.put(tier.name(), List.copyOf(bounds));
    }
  }

  String name() {
    return name;
  }

  Collection<List<Bound>> tiers() {
    return tiers.values();
  }

  /** The quotas of a tier; null when there is no such tier. */
  @Nullable List<Bound> tier(@Nullable String tier) {
    return tier == null ? null : tiers.get(tier);
  }

  private static Bound bound(
      Plan plan, Tier tier, Quota quota, boolean onlyPlan, HeaderFormat headers, Counts counts)
      throws RefusedException {
    String policy = "QuotaPlan/" + plan.name();
    String limit = tier.name() + "/" + quota.name();
    Period every = quota.window().every();
    LimitSpec spec =
        new LimitSpec.CalendarWindow(
            quota.limit(), unit(every), zone(policy, limit, quota), quota.window().startDay());
    return new Bound(
        policy,
        limit,
        onlyPlan ? quota.name() : plan.name() + "/" + quota.name(),
        quota.unit(),
        new Counter(quota.counter(), spec, true),
        plan.onStoreFailure(),
        headers,
        ResetFormat.DELTA_SECONDS,
        text(every),
        seconds(every),
        counts.of(policy, limit));
  }

  private static ZoneId zone(String policy, String limit, Quota quota) throws RefusedException {
    try {
      return ZoneId.of(quota.window().timeZone());
    } catch (DateTimeException e) {
      throw new RefusedException(
          policy
              + " "
              + limit
              + " has the unknown time zone '"
              + quota.window().timeZone()
              + "'; write an IANA name such as Europe/Berlin");
    }
  }

  private static CalendarUnit unit(Period period) {
    return switch (period) {
      case HOUR -> CalendarUnit.HOUR;
      case DAY -> CalendarUnit.DAY;
      case WEEK -> CalendarUnit.WEEK;
      case MONTH -> CalendarUnit.MONTH;
      case QUARTER -> CalendarUnit.QUARTER;
      case YEAR -> CalendarUnit.YEAR;
    };
  }

  private static String text(Period period) {
    return switch (period) {
      case HOUR -> "hour";
      case DAY -> "day";
      case WEEK -> "week";
      case MONTH -> "month";
      case QUARTER -> "quarter";
      case YEAR -> "year";
    };
  }

  /** Nominal; months and longer have no fixed length. */
  private static long seconds(Period period) {
    return switch (period) {
      case HOUR -> 3600;
      case DAY -> 86_400;
      case WEEK -> 604_800;
      case MONTH, QUARTER, YEAR -> 0;
    };
  }
}
