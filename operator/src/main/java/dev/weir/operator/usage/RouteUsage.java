package dev.weir.operator.usage;

import dev.weir.limits.UsageReader.SubjectUsage;
import dev.weir.operator.compile.LedgerLine;
import dev.weir.operator.compile.LedgerLine.Estimated;
import dev.weir.operator.compile.LedgerLine.ModelRequests;
import dev.weir.operator.compile.LedgerLine.ProviderErrors;
import dev.weir.operator.compile.LedgerLine.ProviderRequests;
import dev.weir.operator.compile.LedgerLine.Tokens;
import dev.weir.operator.compile.LedgerLine.UnitPrice;
import dev.weir.operator.compile.LedgerLine.Used;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A route's ledger, added up. Everything that was used in the period is in it, also of models and
 * providers that the route has no more.
 *
 * @param models by their names
 * @param providers by their names
 */
public record RouteUsage(Map<String, ModelUsage> models, Map<String, ProviderUsage> providers) {

  /**
   * What was used of one model.
   *
   * @param tokens of each class, 0 if absent
   * @param estimated those of them that no provider confirmed
   * @param cost by currency, exact; empty where nothing had a price
   */
  public record ModelUsage(
      long requests, Map<Tokens, Long> tokens, long estimated, Map<String, BigDecimal> cost) {

    /** Of a model that nobody asked. */
    public static final ModelUsage NONE = new ModelUsage(0, Map.of(), 0, Map.of());

    /** Tokens of these classes together. */
    public long tokens(Tokens... classes) {
      long sum = 0;
      for (Tokens one : classes) {
        sum = Math.addExact(sum, tokens.getOrDefault(one, 0L));
      }
      return sum;
    }

    /** Tokens of all classes. */
    public long total() {
      return tokens(Tokens.values());
    }
  }

  /** Calls that reached for a provider, and those of them that failed. */
  public record ProviderUsage(long requests, long errors) {

    /** Of a provider that nobody called. */
    public static final ProviderUsage NONE = new ProviderUsage(0, 0);

    private ProviderUsage plus(long moreRequests, long moreErrors) {
      return new ProviderUsage(requests + moreRequests, errors + moreErrors);
    }
  }

  private static final class Sum {
    private long requests;
    private long estimated;
    private final Map<Tokens, Long> tokens = new EnumMap<>(Tokens.class);
    private final Map<String, BigDecimal> cost = new TreeMap<>();

    void use(Used line, long used) {
      tokens.merge(line.tokens(), used, Long::sum);
      UnitPrice price = line.price();
      if (price != null) {
        cost.merge(price.currency(), price.of(used), BigDecimal::add);
      }
    }

    ModelUsage done() {
      return new ModelUsage(requests, Map.copyOf(tokens), estimated, Map.copyOf(cost));
    }
  }

  /** Adds up what a ledger holds; lines that this release does not know are left out. */
  public static RouteUsage of(List<SubjectUsage> ledger) {
    Map<String, Sum> models = new HashMap<>();
    Map<String, ProviderUsage> providers = new HashMap<>();
    for (SubjectUsage entry : ledger) {
      long used = entry.used();
      LedgerLine.parse(entry.subject())
          .ifPresent(
              line -> {
                switch (line) {
                  case Used tokens -> sum(models, tokens.model()).use(tokens, used);
                  case ModelRequests calls -> sum(models, calls.model()).requests += used;
                  case Estimated tokens -> sum(models, tokens.model()).estimated += used;
                  case ProviderRequests calls ->
                      providers.compute(
                          calls.provider(), (_, before) -> orNone(before).plus(used, 0));
                  case ProviderErrors calls ->
                      providers.compute(
                          calls.provider(), (_, before) -> orNone(before).plus(0, used));
                }
              });
    }
    Map<String, ModelUsage> added = new HashMap<>();
    models.forEach((name, sum) -> added.put(name, sum.done()));
    return new RouteUsage(Map.copyOf(added), Map.copyOf(providers));
  }

  private static Sum sum(Map<String, Sum> models, String model) {
    return models.computeIfAbsent(model, _ -> new Sum());
  }

  private static ProviderUsage orNone(@Nullable ProviderUsage before) {
    return before == null ? ProviderUsage.NONE : before;
  }

  /** What one model used. */
  public ModelUsage model(String name) {
    return models.getOrDefault(name, ModelUsage.NONE);
  }

  /** How one provider was called. */
  public ProviderUsage provider(String name) {
    return providers.getOrDefault(name, ProviderUsage.NONE);
  }

  /** What all models cost, by currency. */
  public Map<String, BigDecimal> cost() {
    Map<String, BigDecimal> cost = new TreeMap<>();
    models
        .values()
        .forEach(
            model ->
                model
                    .cost()
                    .forEach((currency, part) -> cost.merge(currency, part, BigDecimal::add)));
    return cost;
  }

  /** Calls of all models. */
  public long requests() {
    return models.values().stream().mapToLong(ModelUsage::requests).sum();
  }

  /** Tokens of all models. */
  public long tokens() {
    return models.values().stream().mapToLong(ModelUsage::total).sum();
  }
}
