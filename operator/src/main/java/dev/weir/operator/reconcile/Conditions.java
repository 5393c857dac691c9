package dev.weir.operator.reconcile;

import dev.weir.crds.v1alpha1.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From findings to conditions: a condition's time is that of its last change of status. */
final class Conditions {

  private static final int LONGEST = 2048;

  private Conditions() {}

  static List<Condition> of(List<Finding> findings, @Nullable List<Condition> before, Instant now) {
    Map<String, Condition> old =
        before == null
            ? Map.of()
            : before.stream()
                .collect(Collectors.toMap(Condition::type, Function.identity(), (a, _) -> a));
    return findings.stream().map(finding -> condition(finding, old, now)).toList();
  }

  private static Condition condition(Finding finding, Map<String, Condition> old, Instant now) {
    String status = finding.holds() ? "True" : "False";
    Condition was = old.get(finding.type());
    String since =
        was != null && Objects.equals(was.status(), status)
            ? was.lastTransitionTime()
            : now.truncatedTo(ChronoUnit.SECONDS).toString();
    String message =
        finding.message().length() <= LONGEST
            ? finding.message()
            : finding.message().substring(0, LONGEST - 1) + "…";
    return new Condition(
        finding.type(), status, finding.generation(), since, finding.reason(), message);
  }
}
