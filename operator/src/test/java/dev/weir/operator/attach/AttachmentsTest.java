package dev.weir.operator.attach;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.operator.attach.Claim.Demand;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class AttachmentsTest {

  private static final WorkloadRef API = new WorkloadRef("shop", "Deployment", "api");
  private static final WorkloadRef WEB = new WorkloadRef("shop", "Deployment", "web");

  private static final Map<WorkloadRef, Site> BOTH =
      Map.of(API, Site.workload(API, Set.of()), WEB, Site.workload(WEB, Set.of()));

  private static Claim limits(
      String name, int created, List<WorkloadRef> targets, String... names) {
    return new Claim(
        new PolicyRef(PolicyRef.RATE_LIMIT_POLICY, "shop", name),
        Instant.ofEpochSecond(created),
        targets,
        new Demand.Limits(Set.of(names)));
  }

  private static Claim plan(String name, int created, Object identity) {
    return new Claim(
        new PolicyRef(PolicyRef.QUOTA_PLAN, "shop", name),
        Instant.ofEpochSecond(created),
        List.of(API),
        new Demand.OneIdentity(identity));
  }

  @Test
  void policiesWithoutACommonNameBothHold() {
    var attachments =
        Attachments.of(
            List.of(limits("b", 2, List.of(API), "y"), limits("a", 1, List.of(API), "x")), BOTH);
    assertThat(attachments.governing().get(API))
        .extracting(PolicyRef::name)
        .containsExactly("a", "b");
  }

  @Test
  void theYoungerOfTwoWithACommonNameLosesThatTargetOnly() {
    Claim old = limits("old", 1, List.of(API), "x", "y");
    Claim young = limits("young", 2, List.of(API, WEB), "y", "z");
    var attachments = Attachments.of(List.of(young, old), BOTH);
    assertThat(requireNonNull(attachments.targets().get(young.ref())))
        .satisfiesExactly(
            api ->
                assertThat(api)
                    .isInstanceOfSatisfying(
                        Target.Conflicted.class,
                        conflict ->
                            assertThat(conflict.reason())
                                .contains("RateLimitPolicy/old", "named y too")),
            web -> assertThat(web).isEqualTo(new Target.Governed(WEB, List.of(WEB))));
  }

  @Test
  void ofTwoOfTheSameSecondTheNameDecides() {
    Claim a = limits("a", 1, List.of(API), "x");
    Claim b = limits("b", 1, List.of(API), "x");
    var attachments = Attachments.of(List.of(b, a), BOTH);
    assertThat(attachments.governing().get(API)).containsExactly(a.ref());
  }

  @Test
  void aLoserBlocksNobody() {
    Claim a = limits("a", 1, List.of(API), "x");
    Claim b = limits("b", 2, List.of(API), "x", "y");
    Claim c = limits("c", 3, List.of(API), "y");
    var attachments = Attachments.of(List.of(a, b, c), BOTH);
    assertThat(attachments.governing().get(API)).containsExactly(a.ref(), c.ref());
  }

  @Test
  void aMissingTargetIsNotFoundAndTheOthersAreGoverned() {
    Claim claim = limits("a", 1, List.of(API, WEB), "x");
    var attachments = Attachments.of(List.of(claim), Map.of(WEB, Site.workload(WEB, Set.of())));
    assertThat(requireNonNull(attachments.targets().get(claim.ref())))
        .containsExactly(new Target.NotFound(API), new Target.Governed(WEB, List.of(WEB)));
  }

  @Test
  void plansConflictWhenTheyRecogniseConsumersDifferently() {
    Claim one = plan("one", 1, "header");
    Claim same = plan("same", 2, "header");
    Claim other = plan("other", 3, "query");
    var attachments = Attachments.of(List.of(other, same, one), BOTH);
    assertThat(attachments.governing().get(API)).containsExactly(one.ref(), same.ref());
    assertThat(requireNonNull(attachments.targets().get(other.ref())).getFirst())
        .isInstanceOf(Target.Conflicted.class);
  }

  @Property(tries = 300)
  void theOrderOfObjectsMakesNoDifference(
      @ForAll("claimSets") List<Claim> claims, @ForAll long seed) {
    List<Claim> shuffled = new ArrayList<>(claims);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(Attachments.of(shuffled, BOTH)).isEqualTo(Attachments.of(claims, BOTH));
  }

  @Property(tries = 300)
  void noTwoGoverningPoliciesShareALimitName(@ForAll("claimSets") List<Claim> claims) {
    var attachments = Attachments.of(claims, BOTH);
    attachments
        .governing()
        .values()
        .forEach(
            refs -> {
              Set<String> seen = new HashSet<>();
              for (Claim claim : claims) {
                if (refs.contains(claim.ref())) {
                  for (String name : ((Demand.Limits) claim.demand()).names()) {
                    assertThat(seen.add(name)).as("%s twice", name).isTrue();
                  }
                }
              }
            });
  }

  @Property(tries = 300)
  void everyLoserHasAnOlderWinner(@ForAll("claimSets") List<Claim> claims) {
    var attachments = Attachments.of(claims, BOTH);
    for (Claim claim : claims) {
      for (Target target : requireNonNull(attachments.targets().get(claim.ref()))) {
        if (target instanceof Target.Conflicted(WorkloadRef workload, String _)) {
          assertThat(attachments.governing().get(workload))
              .isNotEmpty()
              .doesNotContain(claim.ref());
        }
      }
    }
  }

  @Provide
  Arbitrary<List<Claim>> claimSets() {
    Arbitrary<Set<String>> names =
        Arbitraries.of("w", "x", "y", "z").set().ofMinSize(1).ofMaxSize(2);
    Arbitrary<List<WorkloadRef>> targets =
        Arbitraries.of(API, WEB).list().uniqueElements().ofMinSize(1).ofMaxSize(2);
    return Combinators.combine(Arbitraries.integers().between(0, 3), names, targets)
        .as(
            (created, n, t) ->
                new Claim(
                    new PolicyRef(PolicyRef.RATE_LIMIT_POLICY, "shop", ""),
                    Instant.ofEpochSecond(created),
                    t,
                    new Demand.Limits(n)))
        .list()
        .ofMaxSize(8)
        .map(
            list -> {
              List<Claim> named = new ArrayList<>();
              for (int i = 0; i < list.size(); i++) {
                Claim claim = list.get(i);
                named.add(
                    new Claim(
                        new PolicyRef(PolicyRef.RATE_LIMIT_POLICY, "shop", "p" + i),
                        claim.created(),
                        claim.targets(),
                        claim.demand()));
              }
              return named;
            });
  }
}
