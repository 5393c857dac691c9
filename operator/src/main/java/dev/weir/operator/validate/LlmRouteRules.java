package dev.weir.operator.validate;

import dev.weir.crds.v1alpha1.Backend;
import dev.weir.crds.v1alpha1.LlmModel;
import dev.weir.crds.v1alpha1.LlmProvider;
import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.LlmTimeouts;
import dev.weir.crds.v1alpha1.Price;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an LlmRoute must hold beyond its schema. */
public final class LlmRouteRules {

  /** As in the schema: what becomes a decimal without a surprise. */
  private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,9}([.][0-9]{1,6})?");

  private LlmRouteRules() {}

  /** Judges one spec; {@code lastAccepted} is null if none ever was. */
  public static Verdict<LlmRouteSpec> judge(
      LlmRouteSpec spec, long generation, @Nullable Accepted<LlmRouteSpec> lastAccepted) {
    return Verdict.of(spec, generation, check(spec), lastAccepted);
  }

  static List<Problem> check(LlmRouteSpec spec) {
    Findings findings = new Findings();
    findings.workloads(spec.targetRefs());
    findings.identity(spec.identity());
    if (spec.models().isEmpty()) {
      findings.add("spec.models", "is empty; write at least one model");
    }
    findings.uniqueNames("spec.providers", spec.providers(), LlmProvider::name);
    Set<String> providers =
        spec.providers().stream().map(LlmProvider::name).collect(Collectors.toSet());
    Map<String, String> names = new HashMap<>();
    for (LlmModel model : spec.models()) {
      String path = "spec.models[" + model.name() + "]";
      names(findings, path, model, names);
      backends(findings, path + ".backends", model.backends(), providers);
      if (model.price() != null) {
        price(findings, path + ".price", model.price());
      }
    }
    if (spec.timeouts() != null) {
      timeouts(findings, spec.timeouts());
    }
    return findings.all();
  }

  /** A request's model must lead to one entry, by its name or an alias. */
  private static void names(
      Findings findings, String path, LlmModel model, Map<String, String> names) {
    if (names.putIfAbsent(model.name(), path + ".name") != null) {
      findings.add(
          path + ".name", "is taken by %s; write another".formatted(names.get(model.name())));
    }
    List<String> aliases = Objects.requireNonNullElse(model.aliases(), List.of());
    for (int i = 0; i < aliases.size(); i++) {
      String at = path + ".aliases[" + i + "]";
      String before = names.putIfAbsent(aliases.get(i), at);
      if (before != null) {
        findings.add(at, "%s is taken by %s; remove one".formatted(aliases.get(i), before));
      }
    }
  }

  private static void backends(
      Findings findings, String path, List<Backend> backends, Set<String> providers) {
    if (backends.size() != 1) {
      findings.add(path, "must have exactly one entry");
    }
    for (int i = 0; i < backends.size(); i++) {
      String provider = backends.get(i).provider();
      if (!providers.contains(provider)) {
        findings.add(
            path + "[" + i + "].provider",
            "%s is no provider of the route; write one of %s, or add it to spec.providers"
                .formatted(provider, providers.stream().sorted().toList()));
      }
    }
  }

  private static void price(Findings findings, String path, Price price) {
    if (price.per() < 1) {
      findings.add(path + ".per", price.per() + " is below 1; write 1000 or 1000000");
    }
    amount(findings, path + ".input", price.input());
    amount(findings, path + ".cachedInput", price.cachedInput());
    amount(findings, path + ".output", price.output());
    amount(findings, path + ".reasoning", price.reasoning());
  }

  private static void amount(Findings findings, String path, @Nullable String amount) {
    if (amount != null && !AMOUNT.matcher(amount).matches()) {
      findings.add(path, amount + " is no decimal number; write for example \"2.50\"");
    }
  }

  private static void timeouts(Findings findings, LlmTimeouts timeouts) {
    duration(findings, "spec.timeouts.connect", timeouts.connect());
    duration(findings, "spec.timeouts.firstToken", timeouts.firstToken());
    duration(findings, "spec.timeouts.betweenTokens", timeouts.betweenTokens());
    duration(findings, "spec.timeouts.total", timeouts.total());
  }

  private static void duration(Findings findings, String path, @Nullable String text) {
    if (text != null && Durations.millis(text).isEmpty()) {
      findings.add(path, text + " is not a duration; write for example 5s or 2m");
    }
  }
}
