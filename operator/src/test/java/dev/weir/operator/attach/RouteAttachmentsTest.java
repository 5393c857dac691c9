package dev.weir.operator.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.operator.attach.Claim.Demand;
import dev.weir.operator.world.PolicyRef;
import dev.weir.operator.world.WorkloadRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Routes attach to workloads; policies and plans to routes. */
final class RouteAttachmentsTest {

  private static final WorkloadRef API = new WorkloadRef("shop", "Deployment", "api");
  private static final WorkloadRef WEB = new WorkloadRef("shop", "Deployment", "web");
  private static final WorkloadRef CHAT = new WorkloadRef("shop", "LlmRoute", "chat");

  private static Claim route(String name, int created, int port, WorkloadRef... targets) {
    return new Claim(
        new PolicyRef(PolicyRef.LLM_ROUTE, "shop", name),
        Instant.ofEpochSecond(created),
        List.of(targets),
        new Demand.Port(port));
  }

  private static Claim rule(String kind, String name, int created, Demand demand) {
    return new Claim(
        new PolicyRef(kind, "shop", name), Instant.ofEpochSecond(created), List.of(CHAT), demand);
  }

  @Test
  void theYoungerOfTwoRoutesOnOnePortIsNotServedThere() {
    Claim old = route("old", 1, 15080, API);
    Claim young = route("young", 2, 15080, API, WEB);
    Claim other = route("other", 3, 15081, API);
    var attachments =
        Attachments.of(
            List.of(other, young, old),
            Map.of(API, Site.workload(API, Set.of()), WEB, Site.workload(WEB, Set.of())));
    assertThat(attachments.governing(API)).containsExactly(old.ref(), other.ref());
    assertThat(attachments.targets(young.ref()))
        .containsExactly(
            new Target.Conflicted(
                API,
                "the older LlmRoute/old listens on port 15080 too; write another"
                    + " spec.listener.port"),
            new Target.Governed(WEB, List.of(WEB)));
  }

  @Test
  void aRouteDoesNotTakeTheApplicationsPort() {
    Claim claim = route("chat", 1, 8080, API, WEB);
    var attachments =
        Attachments.of(
            List.of(claim),
            Map.of(
                API, Site.workload(API, Set.of(8080, 9090)), WEB, Site.workload(WEB, Set.of(80))));
    assertThat(attachments.targets(claim.ref()))
        .containsExactly(
            new Target.Conflicted(
                API,
                "the application listens on port 8080 itself; write another spec.listener.port"),
            new Target.Governed(WEB, List.of(WEB)));
  }

  @Test
  void whoGovernsARouteGovernsTheWorkloadsThatServeIt() {
    Claim policy = rule(PolicyRef.RATE_LIMIT_POLICY, "p", 1, new Demand.Limits(Set.of("x")));
    assertThat(
            Attachments.of(List.of(policy), Map.of(CHAT, Site.route(List.of(API, WEB), "id")))
                .targets(policy.ref()))
        .containsExactly(new Target.Governed(CHAT, List.of(API, WEB)));
    assertThat(
            Attachments.of(List.of(policy), Map.of(CHAT, Site.route(List.of(), "id")))
                .targets(policy.ref()))
        .containsExactly(new Target.Governed(CHAT, List.of()));
    assertThat(Attachments.of(List.of(policy), Map.of()).targets(policy.ref()))
        .containsExactly(new Target.NotFound(CHAT));
  }

  @Test
  void aPlanMustRecogniseConsumersAsTheRouteDoes() {
    Claim other = rule(PolicyRef.QUOTA_PLAN, "other", 1, new Demand.OneIdentity("query"));
    Claim same = rule(PolicyRef.QUOTA_PLAN, "same", 2, new Demand.OneIdentity("header"));
    var attachments =
        Attachments.of(List.of(other, same), Map.of(CHAT, Site.route(List.of(API), "header")));
    assertThat(attachments.governing(CHAT)).containsExactly(same.ref());
    assertThat(attachments.targets(other.ref()))
        .containsExactly(
            new Target.Conflicted(
                CHAT, "LlmRoute/chat has another spec.identity; write the same in both"));
  }
}
