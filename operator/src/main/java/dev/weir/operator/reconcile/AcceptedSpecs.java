package dev.weir.operator.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.QuotaPlanSpec;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.operator.compile.Compilation;
import dev.weir.operator.compile.LastAcceptedSpecs;
import dev.weir.operator.validate.Accepted;
import dev.weir.operator.world.Declared;
import dev.weir.operator.world.LastAccepted;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.World;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
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

  private static final Map<String, Class<?>> SPECS =
      Map.of(
          PolicyRef.RATE_LIMIT_POLICY, RateLimitPolicySpec.class,
          PolicyRef.QUOTA_PLAN, QuotaPlanSpec.class,
          PolicyRef.LLM_ROUTE, LlmRouteSpec.class);

  private final Map<String, Accepted<?>> known = new HashMap<>();

  @Override
  public <S> @Nullable Accepted<S> of(String uid, Class<S> type) {
    Accepted<?> accepted = known.get(uid);
    return accepted == null
        ? null
        : new Accepted<>(type.cast(accepted.spec()), accepted.generation());
  }

  /** Takes what the world keeps of its objects, and forgets objects that are gone. */
  void restore(World world) {
    Set<String> uids = new HashSet<>();
    world
        .objects()
        .forEach(
            object -> {
              uids.add(object.uid());
              LastAccepted kept = world.lastAccepted().get(object.uid());
              if (kept != null) {
                restore(object, kept);
              }
            });
    known.keySet().retainAll(uids);
  }

  private void restore(Declared<?, ?> object, LastAccepted kept) {
    Accepted<?> before = known.get(object.uid());
    if (before != null && before.generation() >= kept.generation()) {
      return;
    }
    try {
      Object spec =
          JSON.readValue(kept.spec(), Objects.requireNonNull(SPECS.get(object.ref().kind())));
      known.put(object.uid(), new Accepted<>(spec, kept.generation()));
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
    compilation
        .all()
        .forEach(
            governance -> {
              Object spec = governance.verdict().inForce();
              if (governance.verdict().accepted() && spec != null) {
                known.put(governance.uid(), new Accepted<>(spec, governance.generation()));
              }
            });
  }
}
