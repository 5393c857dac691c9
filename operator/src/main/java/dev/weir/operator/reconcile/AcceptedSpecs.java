package dev.weir.operator.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.operator.compile.Compilation;
import dev.weir.operator.compile.Governance;
import dev.weir.operator.compile.LastAcceptedSpecs;
import dev.weir.operator.validate.Accepted;
import dev.weir.operator.world.LastAccepted;
import dev.weir.operator.world.World;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was accepted, from the ControllerRevisions and from our own compilations, whichever is
 * newer: an edit that breaks an object may come before its ControllerRevision was seen. (NOT thread
 * safe)
 */
final class AcceptedSpecs implements LastAcceptedSpecs {

  private static final Logger log = LoggerFactory.getLogger(AcceptedSpecs.class);

  /** A ControllerRevision may be of a release that knew more fields. */
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Map<String, Accepted<RateLimitPolicySpec>> policies = new HashMap<>();
  private final Map<String, Accepted<QuotaPlanSpec>> plans = new HashMap<>();

  @Override
  public @Nullable Accepted<RateLimitPolicySpec> policy(String uid) {
    return policies.get(uid);
  }

  @Override
  public @Nullable Accepted<QuotaPlanSpec> plan(String uid) {
    return plans.get(uid);
  }

  /** Takes what the world keeps of its objects, and forgets objects that are gone. */
  void restore(World world) {
    Set<String> uids = new HashSet<>();
    world
        .policies()
        .forEach(
            policy -> {
              uids.add(policy.uid());
              restore(policies, world, policy.uid(), RateLimitPolicySpec.class);
            });
    world
        .plans()
        .forEach(
            plan -> {
              uids.add(plan.uid());
              restore(plans, world, plan.uid(), QuotaPlanSpec.class);
            });
    policies.keySet().retainAll(uids);
    plans.keySet().retainAll(uids);
  }

  private static <S> void restore(
      Map<String, Accepted<S>> known, World world, String uid, Class<S> type) {
    LastAccepted kept = world.lastAccepted().get(uid);
    Accepted<S> before = known.get(uid);
    if (kept == null || (before != null && before.generation() >= kept.generation())) {
      return;
    }
    try {
      known.put(uid, new Accepted<>(JSON.readValue(kept.spec(), type), kept.generation()));
    } catch (JsonProcessingException e) {
      log.warn(
          "ControllerRevision {}/{} is not a spec that this release reads: {}",
          kept.namespace(),
          kept.name(),
          e.getOriginalMessage());
    }
  }

  /** Takes what a compilation accepted. */
  void accept(Compilation compilation) {
    compilation.policies().values().forEach(governance -> accept(policies, governance));
    compilation.plans().values().forEach(governance -> accept(plans, governance));
  }

  private static <S> void accept(Map<String, Accepted<S>> known, Governance<S> governance) {
    S spec = governance.verdict().inForce();
    if (governance.verdict().accepted() && spec != null) {
      known.put(governance.uid(), new Accepted<>(spec, governance.generation()));
    }
  }
}
