package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Eventually;
import dev.weir.e2e.harness.HostService;
import dev.weir.e2e.harness.Hour;
import dev.weir.e2e.harness.Kubectl;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Policies;
import dev.weir.e2e.harness.RedisCounters;
import dev.weir.e2e.harness.WeirCluster;
import dev.weir.e2e.provider.Received;
import dev.weir.e2e.provider.Script.Usage;
import dev.weir.e2e.provider.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tokens in status are the tokens that the provider sent, whatever clients, pods and we do. */
@OnWeirCluster
class LlmChaosE2E {
  private static final int CALLS = 500;
  private static final String KEY = "acme-key";

  /** A call is settled within this time after its answer has ended. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final WeirCluster cluster;

  LlmChaosE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  /** What the status and the ledger say. */
  private record Books(
      long requests, long input, long output, long errors, long estimated, long quota) {
    long confirmed() {
      return input + output - estimated;
    }
  }

  @Test
  void fiveHundredMixedCallsAreChargedOnceAsTheProviderSaid() throws Exception {
    long seed = new Random().nextInt(1_000_000);
    System.out.println("seed " + seed);
    try (DemoApp app = DemoApp.injected(cluster, "llm-chaos", 2);
        ScriptedProvider provider = new ScriptedProvider(cluster.addressForPods(), seed)) {
      serve(app, provider);
      Hour.withRoomFor(Duration.ofMinutes(10));

      String[] addresses = {address(app, app.pods()[0]), address(app, app.pods()[1])};
      MixedCalls calls = new MixedCalls(addresses, KEY, seed);
      int third = CALLS / 3;
      calls.make(0, third, this::killOperator);
      awaitEnd(provider);
      judge(app, provider.received(), List.of());

      String victim = app.pods()[0];
      // Between two calls: what it had counted is all there, and is counted once.
      cluster.sidecarsOf(victim).forEach(ProcessHandle::destroyForcibly);
      calls.make(third, 2 * third, () -> {});
      awaitEnd(provider);
      judge(app, provider.received(), List.of());

      app.awaitRollout();
      long[] kill = new long[2];
      calls.make(
          2 * third,
          CALLS,
          () -> {
            kill[0] = System.nanoTime();
            cluster.sidecarsOf(victim).forEach(ProcessHandle::destroyForcibly);
            kill[1] = System.nanoTime();
          });
      app.awaitRollout();
      awaitEnd(provider);
      // What the killed sidecar had under way may be lost, and nothing else. What it had written
      // reaches the provider even a moment after its end.
      List<Received> received = provider.received();
      judge(
          app,
          received,
          received.stream()
              .filter(call -> isOfVictim(call) && call.begunNanos() < kill[1] + SETTLED_NANOS)
              .filter(call -> call.endedNanos() + SETTLED_NANOS > kill[0])
              .toList());
      System.out.println(app.kubectl().run("get", "llmr,qplan"));
      assertThat(received.size()).isGreaterThan(CALLS - 3 * MixedCalls.WORKERS);
    }
  }

  /** Answers that clients left are read on, so the provider may not be done yet. */
  private static void awaitEnd(ScriptedProvider provider) {
    Eventually.that("all calls have ended at the provider", () -> provider.open() == 0);
  }

  private void judge(DemoApp app, List<Received> received, List<Received> underWay) {
    assertThat(received.stream().map(call -> call.script().id()))
        .as("each call reaches the provider once")
        .doesNotHaveDuplicates();
    assertThat(received)
        .as("usage is asked for, and read to the end also when the client has left")
        .filteredOn(call -> call.script().status() == 200)
        .filteredOn(call -> call.script().usage() != Usage.NONE && !underWay.contains(call))
        .allMatch(Received::toldUsage);
    assertThat(received)
        .allSatisfy(
            call -> {
              assertThat(call.head().get("authorization")).isEqualTo("Bearer provider-key");
              assertThat(call.body()).contains("\"provider-gpt-4o\"");
            });
    long told = toldTokens(received);
    long calls = received.size();
    long errors = received.stream().filter(call -> call.script().status() != 200).count();
    Eventually.asserted(
        "status has what the provider sent",
        () -> {
          Books books = books(app);
          assertThat(books.confirmed()).isBetween(told - toldTokens(underWay), told);
          assertThat(books.requests()).isBetween(calls - underWay.size(), calls);
          assertThat(books.errors()).isBetween(errors - underWay.size(), errors);
          assertThat(books.quota()).as("quota").isEqualTo(books.input() + books.output());
          assertThat(books.estimated()).isPositive();
          assertThat(app.kubectl().get("llmr/chaos", "{.status.models[0].estimatedPercent}"))
              .isEqualTo("" + Math.ceilDiv(100 * books.estimated(), books.quota()));
        });
    Books books = books(app);
    System.out.printf(
        "the provider saw %d calls and told %d tokens; status has %d calls, %d confirmed tokens and"
            + " %d estimated; %d calls and %d tokens were lost of %d that a killed sidecar had"
            + " under way%n",
        calls,
        told,
        books.requests(),
        books.confirmed(),
        books.estimated(),
        calls - books.requests(),
        told - books.confirmed(),
        underWay.size());
    assertThat(calls - books.requests()).as("lost").isLessThanOrEqualTo(2L * MixedCalls.WORKERS);
  }

  private void serve(DemoApp app, ScriptedProvider provider) {
    Kubectl kubectl = app.kubectl();
    kubectl.apply(HostService.yaml("chaos", cluster.addressForPods(), provider.port()));
    kubectl.apply(Policies.providerKey("mock", "provider-key"));
    kubectl.apply(Policies.consumer("acme", "gold", KEY));
    kubectl.apply(
        Policies.llmRoute(
            "chaos", "http://chaos.%s.svc:%d/v1".formatted(app.namespace(), provider.port())));
    kubectl.apply(
        """
        apiVersion: weir.dev/v1alpha1
        kind: QuotaPlan
        metadata: {name: tokens}
        spec:
          targetRefs: [{group: weir.dev, kind: LlmRoute, name: chaos}]
          identity: {apiKey: {in: [{header: authorization, scheme: Bearer}]}}
          subject: {consumer: {}}
          tiers:
          - name: all
            quotas: [{name: hourly, unit: Tokens, limit: 1000000000, window: {every: Hour}}]
          reporting: {minInterval: 1s}
        """);
    kubectl.await("Ready", "llmr/chaos", Duration.ofMinutes(2));
    kubectl.await("Ready", "qplan/tokens", Duration.ofMinutes(2));
  }

  private void killOperator() {
    cluster
        .kubectl()
        .in(WeirCluster.NAMESPACE)
        .run("delete", "pod", "-l", "app.kubernetes.io/name=weir", "--force", "--grace-period=0");
  }

  private static boolean isOfVictim(Received call) {
    return Integer.parseInt(call.script().id().substring(1)) % 2 == 0;
  }

  private static long toldTokens(List<Received> calls) {
    return calls.stream()
        .filter(Received::toldUsage)
        .mapToLong(call -> call.script().numbers().total())
        .sum();
  }

  private static String address(DemoApp app, String pod) {
    return app.kubectl().get("pod/" + pod, "{.status.podIP}");
  }

  private Books books(DemoApp app) {
    Kubectl kubectl = app.kubectl();
    String[] model =
        kubectl
            .get(
                "llmr/chaos",
                "{range .status.models[0]}{.requests} {.inputTokens} {.outputTokens}{end}")
            .split(" ", -1);
    long estimated =
        RedisCounters.indexed(cluster.redis(), app.namespace(), "u/chaos").entrySet().stream()
            .filter(entry -> entry.getKey().contains("estimated"))
            .mapToLong(Map.Entry::getValue)
            .sum();
    return new Books(
        Long.parseLong(model[0]),
        Long.parseLong(model[1]),
        Long.parseLong(model[2]),
        Long.parseLong(kubectl.get("llmr/chaos", "{.status.providers[0].errors}")),
        estimated,
        Long.parseLong(kubectl.get("qplan/tokens", "{.status.topSubjects[0].used}")));
  }
}
