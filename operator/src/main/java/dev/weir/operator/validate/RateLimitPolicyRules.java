package dev.weir.operator.validate;

import dev.weir.crds.v1alpha1.Algorithm;
import dev.weir.crds.v1alpha1.HeaderMatch;
import dev.weir.crds.v1alpha1.HeaderMatchType;
import dev.weir.crds.v1alpha1.KeyPart;
import dev.weir.crds.v1alpha1.Limit;
import dev.weir.crds.v1alpha1.Match;
import dev.weir.crds.v1alpha1.Rate;
import dev.weir.crds.v1alpha1.RateLimitPolicySpec;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a RateLimitPolicy must hold beyond its schema. */
public final class RateLimitPolicyRules {

  /** The shortest period that a rate may have, in milliseconds. */
  static final long SHORTEST = 1000;

  /** The longest period that a rate may have, in milliseconds. */
  static final long LONGEST = 365L * 86_400_000;

  private RateLimitPolicyRules() {}

  /** Judges one spec; {@code lastAccepted} is null if none ever was. */
  public static Verdict<RateLimitPolicySpec> judge(
      RateLimitPolicySpec spec,
      long generation,
      @Nullable Accepted<RateLimitPolicySpec> lastAccepted) {
    return Verdict.of(spec, generation, check(spec), lastAccepted);
  }

  static List<Problem> check(RateLimitPolicySpec spec) {
    Findings findings = new Findings();
    findings.targets(spec.targetRefs());
    if (spec.limits().isEmpty()) {
      findings.add("spec.limits", "is empty; write at least one limit, or delete the policy");
    }
    findings.uniqueNames("spec.limits", spec.limits(), Limit::name);
    for (Limit limit : spec.limits()) {
      String path = "spec.limits[" + limit.name() + "]";
      if (limit.match() != null) {
        match(findings, path + ".match", limit.match());
      }
      key(findings, path + ".key", Objects.requireNonNullElse(limit.key(), List.of()));
      rates(findings, path + ".rates", limit.rates());
    }
    return findings.all();
  }

  private static void match(Findings findings, String path, Match match) {
    List<HeaderMatch> headers = Objects.requireNonNullElse(match.headers(), List.of());
    for (int i = 0; i < headers.size(); i++) {
      HeaderMatch header = headers.get(i);
      String at = path + ".headers[" + i + "].value";
      if (header.type() == HeaderMatchType.EXACT && header.value() == null) {
        findings.add(at, "is missing; type Exact needs the value to compare with");
      }
      if (header.type() != HeaderMatchType.EXACT && header.value() != null) {
        findings.add(at, "has no meaning here; remove it, or write type: Exact");
      }
    }
  }

  private static void key(Findings findings, String path, List<KeyPart> parts) {
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      KeyPart part = parts.get(i);
      String at = path + "[" + i + "]";
      long members =
          Stream.of(part.header(), part.query(), part.method(), part.path())
              .filter(Objects::nonNull)
              .count();
      if (members != 1) {
        findings.add(at, "must have exactly one of header, query, method, path");
        continue;
      }
      Integer before = seen.putIfAbsent(identity(part), i);
      if (before != null) {
        findings.add(at, "is the same as key[" + before + "]; remove it");
      }
    }
  }

  private static String identity(KeyPart part) {
    if (part.header() != null) {
      return "header " + part.header().toLowerCase(Locale.ROOT);
    }
    if (part.query() != null) {
      return "query " + part.query();
    }
    return part.method() != null ? "method" : "path";
  }

  private static void rates(Findings findings, String path, List<Rate> rates) {
    if (rates.isEmpty()) {
      findings.add(path, "is empty; write at least one rate, such as {limit: 100, per: 1m}");
    }
    Map<Long, Integer> periods = new HashMap<>();
    for (int i = 0; i < rates.size(); i++) {
      Rate rate = rates.get(i);
      String at = path + "[" + i + "]";
      OptionalLong period = Durations.millis(rate.per());
      if (period.isEmpty() || period.getAsLong() < SHORTEST || period.getAsLong() > LONGEST) {
        findings.add(
            at + ".per",
            "%s is not a duration from 1s to 8760h; write for example 10s, 1m or 1h"
                .formatted(rate.per()));
      } else {
        Integer before = periods.putIfAbsent(period.getAsLong(), i);
        if (before != null) {
          findings.add(
              at + ".per",
              "%s is the same time as %s in rates[%d]; keep the stricter of the two"
                  .formatted(rate.per(), rates.get(before).per(), before));
        }
      }
      if (rate.limit() < 1) {
        findings.add(at + ".limit", rate.limit() + " is below 1; write a positive whole number");
      }
      Long burst = rate.burst();
      if (burst != null && rate.algorithm() != Algorithm.TOKEN_BUCKET) {
        findings.add(at + ".burst", "belongs to algorithm TokenBucket; remove it or change that");
      } else if (burst != null && burst < 1) {
        findings.add(at + ".burst", burst + " is below 1, which would let nothing through");
      }
    }
  }
}
