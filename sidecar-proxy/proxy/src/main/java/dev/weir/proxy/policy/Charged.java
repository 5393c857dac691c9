package dev.weir.proxy.policy;

import dev.weir.limits.Charge;
import dev.weir.limits.Decision;
import dev.weir.limits.Outcome;
import dev.weir.limits.Outcome.ChargeState;
import dev.weir.limits.Outcome.Verdict;
import dev.weir.limits.Store;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A request that passes if the counters agree. (NOT thread safe; one per request.) */
public final class Charged implements Ruling {
  private final Store store;
  private final List<Bound> bounds;
  private final Charges charges;

  Charged(Store store, Charges charges) {
    this.store = store;
    this.charges = charges;
    this.bounds = charges.bounds();
  }

  /** Whether there is nothing to ask and the request just passes. */
  public boolean isFree() {
    return bounds.isEmpty();
  }

  /** Asks the counters; to be called once. */
  public Decision decide() {
    return store.decide(charges.charges());
  }

  /** Counts what the limits did; to be called once, with the outcome. */
  public void count(Outcome outcome) {
    Counts.Count last = null;
    boolean limited = outcome.verdict() == Verdict.LIMITED;
    for (int i = 0; i < bounds.size(); i++) {
      Counts.Count count = bounds.get(i).count();
      if (limited) {
        if (!outcome.states().get(i).fits() && count != last) {
          count.limited.increment();
          last = count;
        }
      } else if (outcome.passes() && count != last) {
        count.allowed.increment();
        last = count;
      }
    }
  }

  /** Tells the client how its limits stand. */
  public void writeFields(HttpHeaders headers, Outcome outcome, long nowMillis) {
    if (!outcome.states().isEmpty()) {
      ResponseFields.write(headers, bounds, outcome.states(), nowMillis);
    }
  }

  /** What a call used of its limits and quotas; the list is the caller's own. */
  List<Charge> settling(DisjointTokens tokens) {
    return charges.settling(tokens);
  }

  /** Why a request was limited; only for {@link Verdict#LIMITED}. */
  public Violation violation(Outcome outcome) {
    List<ChargeState> states = outcome.states();
    int quota = longestWait(states, Bound::isQuota);
    int violated = quota < 0 ? longestWait(states, bound -> true) : quota;
    Bound bound = bounds.get(violated);
    ChargeState state = states.get(violated);
    return new Violation(
        bound.policy(),
        bound.limit(),
        bound.isQuota(),
        bound.unit(),
        bound.allowed(),
        bound.window(),
        state.retryMicros(),
        detail(bound, state));
  }

  /** The answer to a request that does not pass. */
  public Problem problem(Outcome outcome) {
    return outcome.verdict() == Verdict.LIMITED ? limited(outcome.states()) : storeUnavailable();
  }

  private Problem limited(List<ChargeState> states) {
    Set<String> violated = new LinkedHashSet<>();
    for (int i = 0; i < states.size(); i++) {
      if (!states.get(i).fits()) {
        violated.add(bounds.get(i).item());
      }
    }
    int longest = longestWait(states, bound -> true);
    Bound bound = bounds.get(longest);
    ChargeState state = states.get(longest);
    long retryAfter = ResponseFields.retrySeconds(state);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("violated-policies", List.copyOf(violated));
    members.put("policy", bound.policy());
    members.put("limit", bound.limit());
    members.put("quota", bound.allowed());
    members.put("window", bound.window());
    members.put("remaining", state.remaining());
    members.put("retryAfter", retryAfter);
    return new Problem(
        HttpResponseStatus.TOO_MANY_REQUESTS,
        Problem.QUOTA_EXCEEDED,
        "Quota exceeded",
        detail(bound, state),
        members,
        retryAfter,
        null);
  }

  /** Of these bounds the one that does not fit the longest, -1 if all fit. */
  private int longestWait(List<ChargeState> states, Predicate<Bound> which) {
    int longest = -1;
    for (int i = 0; i < states.size(); i++) {
      ChargeState state = states.get(i);
      if (!state.fits()
          && which.test(bounds.get(i))
          && (longest < 0 || state.retryMicros() > states.get(longest).retryMicros())) {
        longest = i;
      }
    }
    return longest;
  }

  private static String detail(Bound bound, ChargeState state) {
    return bound.sentence() + ". Try again in " + ResponseFields.retrySeconds(state) + " s.";
  }

  private Problem storeUnavailable() {
    Bound denies = firstThatDenies();
    String who = denies == null ? "A limit" : "\"" + denies.limit() + "\" of " + denies.policy();
    return new Problem(
        HttpResponseStatus.SERVICE_UNAVAILABLE,
        Problem.REDUCED_CAPACITY,
        "Temporarily reduced capacity",
        "The counters of the limits do not answer, and "
            + who
            + " denies requests then (onStoreFailure). Try again in 1 s.",
        Map.of(),
        1,
        null);
  }

  private @Nullable Bound firstThatDenies() {
    for (int i = 0; i < bounds.size(); i++) {
      if (!charges.charges().get(i).allowOnFailure()) {
        return bounds.get(i);
      }
    }
    return null;
  }
}
