package dev.weir.proxy.testing;

import dev.weir.protocol.FromOperator;
import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot;
import dev.weir.protocol.Snapshot.Algorithm;
import dev.weir.protocol.Snapshot.Consumer;
import dev.weir.protocol.Snapshot.FailureAction;
import dev.weir.protocol.Snapshot.HeaderFormat;
import dev.weir.protocol.Snapshot.Identity;
import dev.weir.protocol.Snapshot.KeyPart;
import dev.weir.protocol.Snapshot.KeySource;
import dev.weir.protocol.Snapshot.Limit;
import dev.weir.protocol.Snapshot.Match;
import dev.weir.protocol.Snapshot.MissingKey;
import dev.weir.protocol.Snapshot.Plan;
import dev.weir.protocol.Snapshot.Policy;
import dev.weir.protocol.Snapshot.Rate;
import dev.weir.protocol.Snapshot.ResetFormat;
import dev.weir.protocol.Snapshot.StoreSettings;
import dev.weir.protocol.Snapshot.Unit;
import java.util.List;
import java.util.Map;
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
