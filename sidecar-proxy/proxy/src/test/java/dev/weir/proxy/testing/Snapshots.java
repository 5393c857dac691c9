package dev.weir.proxy.testing;

import dev.weir.protocol.FromOperator;
import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot;
import dev.weir.protocol.Snapshot.Algorithm;
import dev.weir.protocol.Snapshot.ApiKeyLocation;
import dev.weir.protocol.Snapshot.Consumer;
import dev.weir.protocol.Snapshot.FailureAction;
import dev.weir.protocol.Snapshot.HeaderFormat;
import dev.weir.protocol.Snapshot.Identity;
import dev.weir.protocol.Snapshot.KeyPart;
import dev.weir.protocol.Snapshot.KeySource;
import dev.weir.protocol.Snapshot.Limit;
import dev.weir.protocol.Snapshot.Match;
import dev.weir.protocol.Snapshot.MissingKey;
import dev.weir.protocol.Snapshot.Model;
import dev.weir.protocol.Snapshot.ModelLedger;
import dev.weir.protocol.Snapshot.Period;
import dev.weir.protocol.Snapshot.Plan;
import dev.weir.protocol.Snapshot.Policy;
import dev.weir.protocol.Snapshot.ProviderLedger;
import dev.weir.protocol.Snapshot.ProviderType;
import dev.weir.protocol.Snapshot.Quota;
import dev.weir.protocol.Snapshot.Rate;
import dev.weir.protocol.Snapshot.ResetFormat;
import dev.weir.protocol.Snapshot.Route;
import dev.weir.protocol.Snapshot.StoreSettings;
import dev.weir.protocol.Snapshot.Tier;
import dev.weir.protocol.Snapshot.Timeouts;
import dev.weir.protocol.Snapshot.Unit;
import dev.weir.protocol.Snapshot.Window;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Snapshots as short as a test can want them. */
public final class Snapshots {
  public static final Match ALL = new Match(List.of(), List.of(), List.of());
  public static final KeyPart BY_USER = new KeyPart(KeySource.HEADER, "x-user");

  private Snapshots() {}

  /** A limit of {@code limit} per hour, counted as {@code name}. */
  public static Limit limit(String name, long limit, KeyPart... key) {
    return limit(name, ALL, limit, HeaderFormat.BOTH, FailureAction.DENY, key);
  }

  public static Limit limit(
      String name,
      Match match,
      long limit,
      HeaderFormat format,
      FailureAction onFailure,
      KeyPart... key) {
    return new Limit(
        name,
        match,
        List.of(key),
        MissingKey.SHARED,
        Unit.REQUESTS,
        List.of(new Rate(name, Algorithm.FIXED_WINDOW, limit, 3_600_000, limit)),
        format,
        ResetFormat.DELTA_SECONDS,
        onFailure);
  }

  public static FromOperator.Update update(String revision, Limit... limits) {
    return update(revision, List.of(limits), List.of(), null, List.of(), Map.of());
  }

  public static FromOperator.Update update(
      String revision,
      List<Limit> limits,
      List<Plan> plans,
      @Nullable Identity identity,
      List<Consumer> consumers,
      Map<String, String> keys) {
    Snapshot snapshot =
        new Snapshot(
            "shop/Deployment/api",
            "shop",
            5000,
            new StoreSettings(50),
            limits.isEmpty() ? List.of() : List.of(new Policy("api", limits)),
            plans,
            identity,
            consumers,
            List.of());
    return new FromOperator.Update(
        revision, revision, snapshot, new Secrets(null, keys, Map.of()), null);
  }

  /** The same with another unit, and told as OpenAI does. */
  public static Limit counting(Unit unit, Limit like) {
    return new Limit(
        like.name(),
        like.match(),
        like.key(),
        like.missingKey(),
        unit,
        like.rates(),
        HeaderFormat.OPEN_AI,
        like.reset(),
        like.onStoreFailure());
  }

  /** A plan of one tier {@code gold} with these quotas. */
  public static Plan plan(String name, Quota... quotas) {
    return new Plan(name, List.of(new Tier("gold", List.of(quotas))), FailureAction.DENY);
  }

  /** So much a month, counted as {@code name}. */
  public static Quota quota(String name, Unit unit, long limit) {
    return new Quota(name, name, unit, limit, new Window(Period.MONTH, "UTC", 1));
  }

  /**
   * A route with the model {@code gpt} (also {@code default}), which the provider {@code mock} at
   * {@code baseUrl} calls {@code gpt-mock}. Who sends {@code Authorization: Bearer key-acme} is the
   * consumer {@code acme}, in the tier {@code gold} of each plan.
   */
  public static Route route(
      String name, int port, String baseUrl, List<Limit> limits, List<Plan> plans) {
    Map<String, String> tiers =
        plans.stream().collect(Collectors.toMap(Plan::name, plan -> "gold"));
    return new Route(
        name,
        port,
        false,
        "u/" + name,
        HeaderFormat.OPEN_AI,
        new Timeouts(1000, 5000, 5000, 20_000),
        List.of(
            new Snapshot.Provider(
                "mock",
                ProviderType.OPEN_AI_COMPATIBLE,
                baseUrl,
                true,
                new ProviderLedger("p/mock/requests", "p/mock/errors"))),
        List.of(
            new Model(
                "gpt",
                List.of("default"),
                "mock",
                "gpt-mock",
                null,
                null,
                new ModelLedger(
                    "m/gpt/requests",
                    "m/gpt/input",
                    "m/gpt/cachedInput",
                    "m/gpt/output",
                    "m/gpt/reasoning",
                    "m/gpt/estimated"))),
        limits.isEmpty() ? List.of() : List.of(new Policy("llm", limits)),
        plans,
        new Identity(List.of(new ApiKeyLocation("authorization", "Bearer")), false),
        List.of(new Consumer("acme", true, tiers)));
  }

  /** Routes beside an application without limits; each provider's key is {@code sk-provider}. */
  public static FromOperator.Update routes(String revision, Route... routes) {
    FromOperator.Update update = update(revision);
    Snapshot without = update.snapshot();
    Snapshot snapshot =
        new Snapshot(
            without.workload(),
            without.namespace(),
            without.heartbeatMillis(),
            without.store(),
            without.policies(),
            without.plans(),
            without.identity(),
            without.consumers(),
            List.of(routes));
    Map<String, String> keys = new HashMap<>();
    for (Route route : routes) {
      for (Snapshot.Provider provider : route.providers()) {
        keys.put(route.name() + '/' + provider.name(), "sk-provider");
      }
    }
    return new FromOperator.Update(
        revision,
        revision,
        snapshot,
        new Secrets(null, Map.of(hash("key-acme"), "acme"), Map.copyOf(keys)),
        null);
  }

  /** The form in which the operator sends an API key. */
  public static String hash(String key) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** The same, counted in a Redis. */
  public static FromOperator.Update withRedis(
      FromOperator.Update update, String url, long timeoutMillis) {
    Snapshot without = update.snapshot();
    Snapshot snapshot =
        new Snapshot(
            without.workload(),
            without.namespace(),
            without.heartbeatMillis(),
            new StoreSettings(timeoutMillis),
            without.policies(),
            without.plans(),
            without.identity(),
            without.consumers(),
            without.routes());
    return new FromOperator.Update(
        update.revision(),
        update.nonce(),
        snapshot,
        new Secrets(url, update.secrets().apiKeys(), update.secrets().providerKeys()),
        update.ca());
  }
}
