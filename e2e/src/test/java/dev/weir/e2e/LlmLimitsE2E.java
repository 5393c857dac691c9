package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.Chat;
import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Eventually;
import dev.weir.e2e.harness.HostService;
import dev.weir.e2e.harness.Hour;
import dev.weir.e2e.harness.Kubectl;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Policies;
import dev.weir.e2e.harness.WeirCluster;
import dev.weir.e2e.provider.Received;
import dev.weir.e2e.provider.Script;
import dev.weir.e2e.provider.ScriptedProvider;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits and quotas of tokens, with Redis and without. */
@OnWeirCluster
class LlmLimitsE2E {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final List<String> OBJECTS =
      List.of("llmr/open", "llmr/closed", "rlpol/open", "rlpol/closed", "qplan/tokens");

  private final WeirCluster cluster;
  private int calls;

  LlmLimitsE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void tokensAreLimitedShownAndOnStoreFailureDoesWhatItSays() throws Exception {
    try (DemoApp app = DemoApp.injected(cluster, "llm-limits", 1);
        ScriptedProvider provider = new ScriptedProvider(cluster.addressForPods(), 1)) {
      Kubectl kubectl = app.kubectl();
      serve(app, provider);
      Hour.withRoomFor(Duration.ofMinutes(8));
      Chat open = new Chat("http://" + app.addresses()[0] + ":15080/v1", "acme-key");
      Chat closed = new Chat("http://" + app.addresses()[0] + ":15081/v1", "acme-key");

      HttpResponse<String> first = ask(open);
      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
      assertThat(first.headers().firstValue("x-ratelimit-limit-tokens")).contains("250");
      assertThat(first.headers().firstValue("x-ratelimit-remaining-tokens")).contains("250");
      assertThat(first.headers().firstValue("x-ratelimit-reset-tokens").orElseThrow())
          .matches("([0-9]+h)?([0-9]+m)?[0-9]+(\\.[0-9]+)?(s|ms)");
      // 100 a call of 250: the third is admitted while 50 are left, and goes over.
      assertThat(ask(open).statusCode()).isEqualTo(200);
      assertThat(ask(open).statusCode()).isEqualTo(200);
      HttpResponse<String> limited = ask(open);
      assertThat(limited.statusCode()).isEqualTo(429);
      assertThat(limited.body()).contains("rate_limit_exceeded").contains("LlmRoute", "open");
      assertThat(limited.headers().firstValueAsLong("retry-after").orElseThrow())
          .isBetween(1L, 3600L);
      assertThat(limited.headers().firstValueAsLong("retry-after-ms").orElseThrow())
          .isBetween(1L, 3_600_000L);
      assertUsed(kubectl, provider);

      String table = kubectl.run("get", "rlpol,qplan,llmr");
      System.out.println(table);
      assertThat(table.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(110));
      assertThat(table.lines().filter(line -> line.contains("PROVIDERS")).findFirst().orElseThrow())
          .matches("NAME +MODELS +PROVIDERS +REQUESTS +TOKENS +COST +READY +AGE *");
      assertThat(table).containsPattern("llmroute.weir.dev/open +1 +1/1 +3 +300 ");

      cluster.redis().stop();
      try {
        kubectl.run("delete", "rlpol", "open"); // Its hour is used up; the plan says Allow.
        Eventually.asserted(
            "Allow lets through", () -> assertThat(ask(open).statusCode()).isEqualTo(200));
        Eventually.asserted(
            "Deny refuses, in the SDKs' dialect",
            () -> {
              HttpResponse<String> denied = ask(closed);
              assertThat(denied.statusCode()).isEqualTo(503);
              assertThat(denied.body()).contains("server_error").contains("LlmRoute", "closed");
              assertThat(denied.headers().firstValue("retry-after")).isPresent();
            });
        Eventually.equal(
            "StoreAvailable", "False", () -> condition(kubectl, "llmr/closed", "StoreAvailable"));
      } finally {
        cluster.redis().startAgain();
      }
      Eventually.equal(
          "StoreAvailable", "True", () -> condition(kubectl, "llmr/closed", "StoreAvailable"));
      kubectl.await("Ready", "llmr/closed", READY);
      Eventually.asserted(
          "calls are admitted again", () -> assertThat(ask(closed).statusCode()).isEqualTo(200));
      assertUsed(kubectl, provider);
      System.out.println(kubectl.run("get", "rlpol,qplan,llmr"));
    }
  }

  /** Also what was used while Redis was away. */
  private static void assertUsed(Kubectl kubectl, ScriptedProvider provider) {
    Eventually.asserted(
        "tokens in status are those that the provider told",
        () -> {
          long told = provider.received().stream().filter(Received::toldUsage).count() * 100;
          long used = 0;
          for (String route : List.of("llmr/open", "llmr/closed")) {
            for (String part : List.of("inputTokens", "outputTokens")) {
              String tokens = kubectl.get(route, "{.status.models[0]." + part + "}");
              used += tokens.isEmpty() ? 0 : Long.parseLong(tokens);
            }
          }
          assertThat(used).isEqualTo(told);
          assertThat(kubectl.get("qplan/tokens", "{.status.topSubjects[0].used}"))
              .isEqualTo("" + told);
        });
  }

  private HttpResponse<String> ask(Chat chat) throws Exception {
    Script script = Script.named("l" + calls++, new Script.Numbers(60, 0, 40, 0));
    return chat.ask(calls % 2 == 0 ? Chat.Mode.PLAIN : Chat.Mode.STREAM, script.text());
  }

  private void serve(DemoApp app, ScriptedProvider provider) {
    Kubectl kubectl = app.kubectl();
    String url = "http://mock.llm-limits.svc:%d/v1".formatted(provider.port());
    kubectl.apply(HostService.yaml("mock", cluster.addressForPods(), provider.port()));
    kubectl.apply(Policies.providerKey("mock", "provider-key"));
    kubectl.apply(Policies.consumer("acme", "gold", "acme-key"));
    kubectl.apply(Policies.llmRoute("open", url));
    kubectl.apply(Policies.llmRoute("closed", url).replace("15080", "15081"));
    kubectl.apply(limit("open", 250, "Allow"));
    kubectl.apply(limit("closed", 100_000, "Deny"));
    kubectl.apply(
        """
        apiVersion: weir.dev/v1alpha1
        kind: QuotaPlan
        metadata: {name: tokens}
        spec:
          targetRefs:
          - {group: weir.dev, kind: LlmRoute, name: open}
          - {group: weir.dev, kind: LlmRoute, name: closed}
          identity: {apiKey: {in: [{header: authorization, scheme: Bearer}]}}
          subject: {consumer: {}}
          onStoreFailure: {action: Allow}
          tiers:
          - name: all
            quotas: [{name: monthly, unit: Tokens, limit: 1000000, window: {every: Month}}]
          reporting: {minInterval: 1s}
        """);
    for (String object : OBJECTS) {
      kubectl.await("Ready", object, READY);
    }
  }

  private static String limit(String route, int tokens, String onStoreFailure) {
    return """
    apiVersion: weir.dev/v1alpha1
    kind: RateLimitPolicy
    metadata: {name: %1$s}
    spec:
      targetRefs: [{group: weir.dev, kind: LlmRoute, name: %1$s}]
      limits:
      - name: tokens
        unit: Tokens
        rates: [{limit: %2$d, per: 1h, algorithm: FixedWindow}]
        onStoreFailure: {action: %3$s}
    """
        .formatted(route, tokens, onStoreFailure);
  }

  private static String condition(Kubectl kubectl, String object, String type) {
    return kubectl.get(object, "{.status.conditions[?(@.type==\"%s\")].status}".formatted(type));
  }
}
