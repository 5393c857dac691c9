package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.operator.validate.Accepted;
import dev.weir.operator.validate.LlmRouteRules;
import dev.weir.operator.validate.QuotaPlanRules;
import dev.weir.operator.validate.RateLimitPolicyRules;
import dev.weir.operator.validate.Verdict;
import dev.weir.operator.world.Declared;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.World;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is in force of every object of a world. */
record Verdicts(
    Map<PolicyRef, Verdict<RateLimitPolicySpec>> policies,
    Map<PolicyRef, Verdict<QuotaPlanSpec>> plans,
    Map<PolicyRef, Verdict<LlmRouteSpec>> routes) {

  private interface Rules<S> {
    Verdict<S> judge(S spec, long generation, @Nullable Accepted<S> lastAccepted);
  }

  static Verdicts of(World world, LastAcceptedSpecs accepted) {
    return new Verdicts(
        judge(world.policies(), RateLimitPolicySpec.class, RateLimitPolicyRules::judge, accepted),
        judge(world.plans(), QuotaPlanSpec.class, QuotaPlanRules::judge, accepted),
        judge(world.routes(), LlmRouteSpec.class, LlmRouteRules::judge, accepted));
  }

  private static <S, T> Map<PolicyRef, Verdict<S>> judge(
      List<Declared<S, T>> objects, Class<S> type, Rules<S> rules, LastAcceptedSpecs accepted) {
    Map<PolicyRef, Verdict<S>> verdicts = new HashMap<>();
    for (Declared<S, T> object : objects) {
      verdicts.put(
          object.ref(),
          rules.judge(object.spec(), object.generation(), accepted.of(object.uid(), type)));
    }
    return verdicts;
  }

  @Nullable RateLimitPolicySpec policy(PolicyRef ref) {
    return inForce(policies, ref);
  }

  @Nullable QuotaPlanSpec plan(PolicyRef ref) {
    return inForce(plans, ref);
  }

  @Nullable LlmRouteSpec route(PolicyRef ref) {
    return inForce(routes, ref);
  }

  private static <S> @Nullable S inForce(Map<PolicyRef, Verdict<S>> verdicts, PolicyRef ref) {
    Verdict<S> verdict = verdicts.get(ref);
    return verdict == null ? null : verdict.inForce();
  }
}
