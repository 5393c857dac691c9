package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.Algorithm;
import dev.weir.crds.v1alpha1.Limit;
import dev.weir.crds.v1alpha1.Match;
import dev.weir.crds.v1alpha1.MissingKey;
import dev.weir.crds.v1alpha1.OnStoreFailure;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import dev.weir.crds.v1alpha1.ResponseHeaders;
import dev.weir.operator.validate.Durations;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** From a RateLimitPolicy to what a sidecar evaluates. */
final class Limits {

  private Limits() {}

  /**
   * @param headers the format of limits that do not say it
   */
  static Snapshot.Policy policy(
      PolicyRef ref, RateLimitPolicySpec spec, WorkloadRef site, Snapshot.HeaderFormat headers) {
    return new Snapshot.Policy(
        ref.name(), spec.limits().stream().map(limit -> limit(ref, limit, site, headers)).toList());
  }

  private static Snapshot.Limit limit(
      PolicyRef ref, Limit limit, WorkloadRef site, Snapshot.HeaderFormat format) {
    ResponseHeaders headers = limit.responseHeaders();
    return new Snapshot.Limit(
        limit.name(),
        match(limit.match()),
        orEmpty(limit.key()).stream().map(Limits::keyPart).toList(),
        Snapshot.MissingKey.valueOf(
            (limit.missingKey() == null ? MissingKey.SHARED : limit.missingKey()).name()),
        Units.of(limit.unit()),
        limit.rates().stream().map(rate -> rate(ref, limit, rate, site)).toList(),
        headers == null || headers.format() == null
            ? format
            : Snapshot.HeaderFormat.valueOf(headers.format().name()),
        headers == null || headers.reset() == null
            ? Snapshot.ResetFormat.DELTA_SECONDS
            : Snapshot.ResetFormat.valueOf(headers.reset().name()),
        onStoreFailure(limit.onStoreFailure()));
  }

  static Snapshot.FailureAction onStoreFailure(@Nullable OnStoreFailure action) {
    return action == null
        ? Snapshot.FailureAction.ALLOW
        : Snapshot.FailureAction.valueOf(action.action().name());
  }

  private static Snapshot.Match match(@Nullable Match match) {
    if (match == null) {
      return new Snapshot.Match(List.of(), List.of(), List.of());
    }
    return new Snapshot.Match(
        List.copyOf(orEmpty(match.methods())),
        orEmpty(match.paths()).stream()
            .map(
                path ->
                    new Snapshot.PathMatch(
                        Snapshot.PathMatchType.valueOf(path.type().name()), path.value()))
            .toList(),
        orEmpty(match.headers()).stream()
            .map(
                header ->
                    new Snapshot.HeaderMatch(
                        header.name().toLowerCase(Locale.ROOT),
                        Snapshot.HeaderMatchType.valueOf(header.type().name()),
                        header.value()))
            .toList());
  }

  private static Snapshot.KeyPart keyPart(dev.weir.crds.v1alpha1.KeyPart part) {
    if (part.header() != null) {
      return new Snapshot.KeyPart(
          Snapshot.KeySource.HEADER, part.header().toLowerCase(Locale.ROOT));
    }
    if (part.query() != null) {
      return new Snapshot.KeyPart(Snapshot.KeySource.QUERY, part.query());
    }
    return new Snapshot.KeyPart(
        part.method() != null ? Snapshot.KeySource.METHOD : Snapshot.KeySource.PATH, null);
  }

  /**
   * The counter's name holds neither the limit's number nor its place, so that editing or moving a
   * rate resets nothing; and the period in one way of writing, so that 60s and 1m are the same.
   */
  private static Snapshot.Rate rate(
      PolicyRef ref, Limit limit, dev.weir.crds.v1alpha1.Rate rate, WorkloadRef site) {
    long period = Durations.millis(rate.per()).orElseThrow();
    boolean bucket = rate.algorithm() == Algorithm.TOKEN_BUCKET;
    String counter =
        String.join(
            "/",
            "r",
            ref.name(),
            limit.name(),
            bucket ? "TokenBucket" : "FixedWindow",
            Durations.canonical(period) + Units.part(limit.unit()),
            site.kind(),
            site.name());
    return new Snapshot.Rate(
        counter,
        bucket ? Snapshot.Algorithm.TOKEN_BUCKET : Snapshot.Algorithm.FIXED_WINDOW,
        rate.limit(),
        period,
        bucket && rate.burst() != null ? rate.burst() : rate.limit());
  }

  static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : new ArrayList<>(list);
  }
}
