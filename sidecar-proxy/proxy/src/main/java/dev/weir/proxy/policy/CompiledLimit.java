package dev.weir.proxy.policy;

import dev.weir.limits.Counter;
import dev.weir.limits.LimitSpec;
import dev.weir.protocol.Snapshot.KeyPart;
import dev.weir.protocol.Snapshot.Limit;
import dev.weir.protocol.Snapshot.MissingKey;
import dev.weir.protocol.Snapshot.Rate;
import dev.weir.proxy.config.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One limit of a rate limit policy, ready to be asked. Immutable. */
final class CompiledLimit {
  private final String where;
  private final RequestMatch match;
  private final KeyText key;
  private final MissingKey missingKey;
  private final List<Bound> bounds;

  CompiledLimit(String policyName, Limit limit, Counts counts) throws RefusedException {
    this.where = "The limit \"" + limit.name() + "\" of RateLimitPolicy/" + policyName;
    this.match = new RequestMatch(limit.match(), where);
    this.key = new KeyText(limit.key());
    this.missingKey = limit.missingKey();
    List<Bound> all = new ArrayList<>();
    for (Rate rate : limit.rates()) {
      all.add(bound("RateLimitPolicy/" + policyName, limit, rate, counts));
    }
    this.bounds = List.copyOf(all);
  }

  List<Bound> bounds() {
    return bounds;
  }

  boolean usesPath() {
    return match.usesPath() || key.usesPath();
  }

  /** Adds what the request is charged; returns why it is refused instead, or null. */
  @Nullable String charge(Request request, Charges charges) {
    if (!match.matches(request)) {
      return null;
    }
    KeyPart missing = missingKey == MissingKey.SHARED ? null : key.missing(request);
    if (missing != null) {
      return missingKey == MissingKey.SKIP
          ? null
          : where + " needs " + describe(missing) + ", which the request lacks.";
    }
    String subject = key.of(request);
    for (Bound bound : bounds) {
      charges.add(bound, subject);
    }
    return null;
  }

  private static String describe(KeyPart part) {
    return switch (part.source()) {
      case HEADER -> "the header \"" + part.name() + "\"";
      case QUERY -> "the query parameter \"" + part.name() + "\"";
      case METHOD -> "a method";
      case PATH -> "a path";
    };
  }

  private static Bound bound(String policy, Limit limit, Rate rate, Counts counts) {
    long micros = Math.multiplyExact(rate.periodMillis(), 1000);
    LimitSpec spec =
        switch (rate.algorithm()) {
          case FIXED_WINDOW -> new LimitSpec.FixedWindow(rate.limit(), micros);
          case TOKEN_BUCKET -> new LimitSpec.TokenBucket(rate.limit(), micros, rate.burst());
        };
    String window = text(Duration.ofMillis(rate.periodMillis()));
    return new Bound(
        policy,
        limit.name(),
        limit.rates().size() == 1 ? limit.name() : limit.name() + "/" + window,
        limit.unit(),
        new Counter(rate.counter(), spec, false),
        limit.onStoreFailure(),
        limit.headers(),
        limit.reset(),
        window,
        rate.periodMillis() / 1000,
        counts.of(policy, limit.name()));
  }

  /** As in the policy: {@code 1h30m}, {@code 500ms}. */
  private static String text(Duration period) {
    return period.toString().substring(2).toLowerCase(Locale.ROOT).startsWith("0.")
        ? period.toMillis() + "ms"
        : period.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
