package dev.weir.proxy.policy;

import dev.weir.protocol.Snapshot;
import dev.weir.protocol.Snapshot.HeaderFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is governed together: the workload's own port, or one of its routes.
 *
 * @param name for people
 * @param countsTokens whether what was used is settled later, so that limits may count tokens
 * @param planHeaders how quota plans tell clients about themselves
 */
record Scope(
    String name,
    boolean countsTokens,
    List<Snapshot.Policy> policies,
    List<Snapshot.Plan> plans,
    Snapshot.@Nullable Identity identity,
    List<Snapshot.Consumer> consumers,
    HeaderFormat planHeaders) {

  static Scope workload(Snapshot snapshot) {
    return new Scope(
        "the workload",
        false,
        snapshot.policies(),
        snapshot.plans(),
        snapshot.identity(),
        snapshot.consumers(),
        HeaderFormat.IETF);
  }

  static Scope route(Snapshot.Route route) {
    return new Scope(
        "LlmRoute/" + route.name(),
        true,
        route.policies(),
        route.plans(),
        route.identity(),
        route.consumers(),
        route.planHeaders());
  }
}
