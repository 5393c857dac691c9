package dev.weir.proxy.policy;

import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot;
import dev.weir.protocol.Snapshot.Consumer;
import dev.weir.proxy.config.RefusedException;
import dev.weir.proxy.identity.ApiKeys;
import dev.weir.proxy.identity.KeyDigest;
import dev.weir.proxy.identity.Recognition;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Consumers and what their plans grant them. Immutable. */
final class Accounts {
  private final @Nullable ApiKeys keys;
  private final Map<String, Consumer> consumers = new HashMap<>();
  private final List<CompiledPlan> plans;

  Accounts(Scope scope, Secrets secrets, Counts counts) throws RefusedException {
    this.keys = scope.identity() == null ? null : new ApiKeys(scope.identity(), secrets.apiKeys());
    if (keys == null && !scope.plans().isEmpty()) {
      throw new RefusedException("plans need identity, which is absent");
    }
    for (Consumer consumer : scope.consumers()) {
      consumers.put(consumer.name(), consumer);
    }
    List<CompiledPlan> compiled = new ArrayList<>();
    for (Snapshot.Plan plan : scope.plans()) {
      compiled.add(new CompiledPlan(plan, scope.plans().size() == 1, scope.planHeaders(), counts));
    }
    this.plans = List.copyOf(compiled);
  }

  List<CompiledPlan> plans() {
    return plans;
  }

  /** Adds what the sender's plans charge; returns why the request is refused instead, or null. */
  @Nullable Problem charge(HttpHeaders headers, KeyDigest digest, Charges charges) {
    if (keys == null) {
      return null;
    }
    return switch (keys.recognize(headers, digest)) {
      case Recognition.Missing() ->
          unauthorized(keys, "The request carries no API key. Send it in " + keys.whereToPutIt());
      case Recognition.Unknown() ->
          unauthorized(
              keys, "The API key is unknown or was sent twice. Send one in " + keys.whereToPutIt());
      case Recognition.Recognized(String consumer) -> charge(consumer, charges);
    };
  }

  private @Nullable Problem charge(String name, Charges charges) {
    Consumer consumer = consumers.get(name);
    if (consumer == null && name.equals(ApiKeys.ANONYMOUS)) {
      consumer = new Consumer(name, true, Map.of());
    }
    if (consumer == null || !consumer.approved()) {
      return forbidden(
          "The consumer \""
              + name
              + "\" is not approved. Its Secret needs the label weir.dev/approved: \"true\".");
    }
    for (CompiledPlan plan : plans) {
      List<Bound> quotas = plan.tier(consumer.tiers().get(plan.name()));
      if (quotas == null) {
        return forbidden(
            "No tier of QuotaPlan/"
                + plan.name()
                + " takes the consumer \""
                + name
                + "\". Its labels must match the consumers of a tier.");
      }
      for (Bound quota : quotas) {
        charges.add(quota, name);
      }
    }
    return null;
  }

  private static Problem unauthorized(ApiKeys keys, String detail) {
    return new Problem(
        HttpResponseStatus.UNAUTHORIZED,
        null,
        "Unauthorized",
        detail + ".",
        Map.of(),
        0,
        keys.challenges());
  }

  private static Problem forbidden(String detail) {
    return Problem.of(HttpResponseStatus.FORBIDDEN, detail);
  }
}
