package dev.weir.operator.compile;

import dev.weir.operator.world.PolicyRef;
import dev.weir.protocol.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot holds of each object, wherever in it: a hash that changes if and only if a
 * sidecar must hear of it for the object's sake. (NOT thread safe)
 */
final class Contents {

  private final Map<String, List<Object>> pieces = new HashMap<>();

  private Contents() {}

  /** By {@link PolicyRef#key}. */
  static Map<String, String> of(Snapshot snapshot) {
    Contents contents = new Contents();
    contents.rules(
        "", snapshot.policies(), snapshot.plans(), snapshot.identity(), snapshot.consumers());
    for (Snapshot.Route route : snapshot.routes()) {
      contents.rules(
          route.name(), route.policies(), route.plans(), route.identity(), route.consumers());
      contents.add(PolicyRef.LLM_ROUTE, route.name(), alone(route));
    }
    Map<String, String> hashes = new HashMap<>();
    contents.pieces.forEach((key, all) -> hashes.put(key, Hashes.of(all)));
    return Map.copyOf(hashes);
  }

  /** A plan's content is also who is recognised how, and who is in which of its tiers. */
  private void rules(
      String place,
      List<Snapshot.Policy> policies,
      List<Snapshot.Plan> plans,
      Snapshot.@Nullable Identity identity,
      List<Snapshot.Consumer> consumers) {
    for (Snapshot.Policy policy : policies) {
      add(PolicyRef.RATE_LIMIT_POLICY, policy.name(), List.of(place, policy));
    }
    for (Snapshot.Plan plan : plans) {
      Map<String, String> members = new TreeMap<>();
      for (Snapshot.Consumer consumer : consumers) {
        members.put(consumer.name(), consumer.approved() + "/" + consumer.tiers().get(plan.name()));
      }
      add(
          PolicyRef.QUOTA_PLAN,
          plan.name(),
          List.of(place, plan, Objects.requireNonNull(identity), members));
    }
  }

  private void add(String kind, String name, Object piece) {
    pieces.computeIfAbsent(kind + "/" + name, _ -> new ArrayList<>()).add(piece);
  }

  /** Without its policies and plans, and what they make of consumers. */
  private static Snapshot.Route alone(Snapshot.Route route) {
    return new Snapshot.Route(
        route.name(),
        route.port(),
        route.cluster(),
        route.counter(),
        route.planHeaders(),
        route.timeouts(),
        route.providers(),
        route.models(),
        List.of(),
        List.of(),
        route.identity(),
        route.consumers().stream()
            .map(consumer -> new Snapshot.Consumer(consumer.name(), consumer.approved(), Map.of()))
            .toList());
  }
}
