package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.LlmModel;
import dev.weir.crds.v1alpha1.LlmModelStatus;
import dev.weir.crds.v1alpha1.LlmPeriod;
import dev.weir.crds.v1alpha1.LlmProviderStatus;
import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.LlmRouteStatus;
import dev.weir.crds.v1alpha1.LlmRouteSummary;
import dev.weir.limits.UsageReader.Usage;
import dev.weir.operator.compile.Governance;
import dev.weir.operator.compile.LedgerLine.Tokens;
import dev.weir.operator.compile.Routes;
import dev.weir.operator.usage.CounterUsage;
import dev.weir.operator.usage.RouteUsage;
import dev.weir.operator.usage.RouteUsage.ModelUsage;
import dev.weir.operator.usage.RouteUsage.ProviderUsage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pure: what an LlmRoute's status says. */
final class RouteReport {

  private RouteReport() {}

  /**
   * @param before the status until now, for the times of its conditions
   */
  static LlmRouteStatus of(
      Governance<LlmRouteSpec> governance,
      CounterUsage read,
      @Nullable LlmRouteStatus before,
      Observation seen) {
    Enforcement enforcement = Enforcement.of(governance, seen);
    StoreState store = StoreState.of(enforcement, seen, read.error());
    LlmRouteSpec spec = governance.verdict().inForce();
    ProviderHealths health = ProviderHealths.of(governance, enforcement, seen);
    Usage ledger = read.counters().get(Routes.counter(governance.ref()));
    RouteUsage usage = RouteUsage.of(ledger == null ? List.of() : ledger.top());
    List<Finding> findings =
        new ArrayList<>(
            Findings.of(
                governance,
                enforcement,
                store,
                List.of(health.finding(governance.verdict().generation())),
                seen));
    List<LlmModel> models = spec == null ? List.of() : spec.models();
    findings.addAll(priceMissing(models, governance.verdict().generation()));
    return new LlmRouteStatus(
        governance.generation(),
        Conditions.of(findings, before == null ? null : before.conditions(), seen.now()),
        enforcement.dataPlane(),
        // A route is no limit; its policies and plans say what holds for it.
        Findings.targets(governance, enforcement, 0, seen),
        ledger == null ? null : period(ledger),
        health.names().stream()
            .map(name -> provider(name, health, ledger == null ? null : usage))
            .toList(),
        ledger == null ? null : models.stream().map(model -> model(model, usage)).toList(),
        store.status(),
        new LlmRouteSummary(
            models.size(),
            health.notFailing() + "/" + health.names().size(),
            ledger == null ? null : usage.requests(),
            ledger == null ? null : Amounts.human(usage.tokens()),
            usage.cost().isEmpty() ? null : Amounts.money(usage.cost()),
            Findings.targetSummary(governance)));
  }

  private static LlmPeriod period(Usage ledger) {
    return new LlmPeriod(
        Instant.ofEpochMilli(ledger.periodStartMillis()).toString(),
        Instant.ofEpochMilli(ledger.periodEndMillis()).toString());
  }

  private static LlmProviderStatus provider(
      String name, ProviderHealths health, @Nullable RouteUsage usage) {
    ProviderUsage calls = usage == null ? null : usage.provider(name);
    return new LlmProviderStatus(
        name,
        health.state(name),
        calls == null ? null : calls.requests(),
        calls == null ? null : calls.errors(),
        health.p95Millis(name));
  }

  private static LlmModelStatus model(LlmModel model, RouteUsage usage) {
    ModelUsage used = usage.model(model.name());
    return new LlmModelStatus(
        model.name(),
        used.requests(),
        used.tokens(Tokens.INPUT, Tokens.CACHED_INPUT),
        used.tokens(Tokens.CACHED_INPUT),
        used.tokens(Tokens.OUTPUT, Tokens.REASONING),
        used.tokens(Tokens.REASONING),
        cost(model, used),
        Amounts.percentUp(used.estimated(), used.total()));
  }

  /** In the currency of its price; what it cost in another one, the summary alone can say. */
  private static @Nullable String cost(LlmModel model, ModelUsage used) {
    Map<String, BigDecimal> cost = used.cost();
    if (model.price() != null) {
      return Amounts.exact(cost.getOrDefault(model.price().currency(), BigDecimal.ZERO));
    }
    // Without a price today: what it cost while it had one.
    return cost.size() == 1 ? Amounts.exact(cost.values().iterator().next()) : null;
  }

  /** There only while it is true. */
  private static List<Finding> priceMissing(List<LlmModel> models, long generation) {
    List<String> names =
        models.stream().filter(model -> model.price() == null).map(LlmModel::name).toList();
    return names.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                "PriceMissing",
                true,
                "PriceMissing",
                "tokens of %s are counted, their cost is not; write spec.models[%s].price"
                    .formatted(String.join(", ", names), names.getFirst()),
                generation));
  }
}
