package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.Backend;
import dev.weir.crds.v1alpha1.Exposure;
import dev.weir.crds.v1alpha1.LlmHeaderFormat;
import dev.weir.crds.v1alpha1.LlmModel;
import dev.weir.crds.v1alpha1.LlmProvider;
import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.LlmTimeouts;
import dev.weir.crds.v1alpha1.Price;
import dev.weir.operator.compile.LedgerLine.Estimated;
import dev.weir.operator.compile.LedgerLine.ModelRequests;
import dev.weir.operator.compile.LedgerLine.ProviderErrors;
import dev.weir.operator.compile.LedgerLine.ProviderRequests;
import dev.weir.operator.compile.LedgerLine.Tokens;
import dev.weir.operator.compile.LedgerLine.UnitPrice;
import dev.weir.operator.compile.LedgerLine.Used;
import dev.weir.operator.validate.Durations;
import dev.weir.operator.world.PolicyRef;
import dev.weir.protocol.Snapshot;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From an LlmRoute to what a sidecar serves. */
public final class Routes {

  private static final String CONNECT = "5s";
  private static final String FIRST_TOKEN = "60s";
  private static final String BETWEEN_TOKENS = "60s";
  private static final String TOTAL = "10m";

  private Routes() {}

  /** Identity of the counter that is the route's ledger. */
  public static String counter(PolicyRef ref) {
    return "u/" + ref.name();
  }

  /** Currency, amount and number of tokens of each class; null without a price. */
  private static @Nullable UnitPrice price(Tokens tokens, @Nullable Price price) {
    if (price == null) {
      return null;
    }
    String amount =
        switch (tokens) {
          case INPUT -> price.input();
          case CACHED_INPUT -> price.cachedInput() == null ? price.input() : price.cachedInput();
          case OUTPUT -> price.output();
          case REASONING -> price.reasoning() == null ? price.output() : price.reasoning();
        };
    return new UnitPrice(price.currency(), price.per(), new BigDecimal(amount));
  }

  /** How the route tells clients about what does not say it itself. */
  static Snapshot.HeaderFormat headers(LlmRouteSpec spec) {
    LlmHeaderFormat format =
        spec.responseHeaders() == null ? null : spec.responseHeaders().rateLimit();
    return Snapshot.HeaderFormat.valueOf(
        (format == null ? LlmHeaderFormat.OPEN_AI : format).name());
  }

  static Snapshot.Route route(
      PolicyRef ref,
      LlmRouteSpec spec,
      List<Snapshot.Policy> policies,
      List<Snapshot.Plan> plans,
      List<Snapshot.Consumer> consumers) {
    return new Snapshot.Route(
        ref.name(),
        spec.listener().port(),
        spec.listener().exposure() == Exposure.CLUSTER,
        counter(ref),
        headers(spec),
        timeouts(spec.timeouts()),
        spec.providers().stream().map(Routes::provider).toList(),
        spec.models().stream().map(Routes::model).toList(),
        policies,
        plans,
        Plans.identity(spec.identity()),
        consumers);
  }

  private static Snapshot.Timeouts timeouts(@Nullable LlmTimeouts timeouts) {
    return timeouts == null
        ? timeouts(new LlmTimeouts(null, null, null, null))
        : new Snapshot.Timeouts(
            millis(timeouts.connect(), CONNECT),
            millis(timeouts.firstToken(), FIRST_TOKEN),
            millis(timeouts.betweenTokens(), BETWEEN_TOKENS),
            millis(timeouts.total(), TOTAL));
  }

  private static long millis(@Nullable String duration, String absent) {
    return Durations.millis(duration == null ? absent : duration).orElseThrow();
  }

  private static Snapshot.Provider provider(LlmProvider provider) {
    return new Snapshot.Provider(
        provider.name(),
        Snapshot.ProviderType.valueOf(provider.type().name()),
        provider.baseUrl().replaceAll("/+$", ""),
        provider.auth() != null,
        new Snapshot.ProviderLedger(
            new ProviderRequests(provider.name()).text(),
            new ProviderErrors(provider.name()).text()));
  }

  private static Snapshot.Model model(LlmModel model) {
    Backend backend = model.backends().getFirst();
    return new Snapshot.Model(
        model.name(),
        List.copyOf(Limits.orEmpty(model.aliases())),
        backend.provider(),
        backend.model() == null ? model.name() : backend.model(),
        model.contextWindow(),
        model.maxOutputTokens(),
        new Snapshot.ModelLedger(
            new ModelRequests(model.name()).text(),
            used(Tokens.INPUT, model),
            used(Tokens.CACHED_INPUT, model),
            used(Tokens.OUTPUT, model),
            used(Tokens.REASONING, model),
            new Estimated(model.name()).text()));
  }

  private static String used(Tokens tokens, LlmModel model) {
    return new Used(tokens, price(tokens, model.price()), model.name()).text();
  }
}
