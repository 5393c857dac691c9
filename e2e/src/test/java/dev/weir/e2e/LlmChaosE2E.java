package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.Chat;
import dev.weir.e2e.harness.Chat.Mode;
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
import dev.weir.e2e.provider.Script;
import dev.weir.e2e.provider.Script.Numbers;
import dev.weir.e2e.provider.Script.Usage;
import dev.weir.e2e.provider.ScriptedProvider;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tokens in status are the tokens that the provider sent, whatever clients, pods and we do. */
@OnWeirCluster
class LlmChaosE2E {
  private static final int CALLS = 500;
  private static final int WORKERS = 16;
  private static final String KEY = "acme-key";

  /** A call is settled within this time after its answer has ended. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(2);

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

      String victim = app.pods()[0];
      String[] addresses = {address(app, victim), address(app, app.pods()[1])};
      Set<String> broken = ConcurrentHashMap.newKeySet();
      AtomicInteger next = new AtomicInteger();
      long[] killed = {Long.MAX_VALUE};
      List<Future<?>> ends = new ArrayList<>();
      try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < WORKERS; i++) {
          ends.add(
              workers.submit(
                  () -> {
                    for (int n = next.getAndIncrement(); n < CALLS; n = next.getAndIncrement()) {
                      if (n == CALLS / 3) {
                        killOperator();
                      } else if (n == CALLS * 2 / 3) {
                        killed[0] = System.nanoTime();
                        cluster.sidecarsOf(victim).forEach(ProcessHandle::destroyForcibly);
                      }
                      call(addresses[n % 2], n, script(n, seed), broken);
                    }
                    return null;
                  }));
        }
      }
      for (Future<?> end : ends) {
        end.get();
      }
      app.awaitRollout();

      // Answers that clients left are read on, so the provider is not done yet.
      Eventually.that("all calls have ended at the provider", () -> provider.open() == 0);
      judge(app, provider, killed[0], broken);
    }
  }

  private void judge(DemoApp app, ScriptedProvider provider, long killed, Set<String> broken) {
    List<Received> received = provider.received();
    Map<String, Long> seen =
        received.stream()
            .collect(Collectors.groupingBy(r -> r.script().id(), Collectors.counting()));
    assertThat(seen.values()).as("each call reaches the provider once").containsOnly(1L);
    assertThat(received.size()).isGreaterThan(CALLS - WORKERS - broken.size());
    List<Received> told = received.stream().filter(Received::toldUsage).toList();
    long sent = tokens(told);
    // What the killed sidecar had under way may be lost, and nothing else.
    List<Received> lost =
        received.stream()
            .filter(call -> isOfVictim(call) && call.begunNanos() < killed)
            .filter(call -> call.endedNanos() + SETTLED_NANOS > killed)
            .toList();
    long atMostLost = tokens(lost.stream().filter(Received::toldUsage).toList());
    long errors = received.stream().filter(call -> call.script().status() != 200).count();

    Eventually.asserted(
        "status has what the provider sent",
        () -> {
          Books books = books(app);
          assertThat(books.confirmed()).isBetween(sent - atMostLost, sent);
          assertThat(books.requests())
              .isBetween((long) received.size() - lost.size(), (long) received.size());
          assertThat(books.errors()).isGreaterThanOrEqualTo(errors - lost.size());
          assertThat(books.quota()).as("quota").isEqualTo(books.input() + books.output());
        });
    Books books = books(app);
    System.out.printf(
        "%d calls reached the provider, %d told usage: %d tokens. Status: %d calls, %d tokens, of"
            + " them %d estimated; %d in flight at kill -9 (at most %d tokens), %d broken at the"
            + " client%n",
        received.size(),
        told.size(),
        sent,
        books.requests(),
        books.input() + books.output(),
        books.estimated(),
        lost.size(),
        atMostLost,
        broken.size());
    System.out.println(app.kubectl().run("get", "llmr,qplan"));
    assertThat(lost.size()).as("in flight at the kill").isLessThanOrEqualTo(2 * WORKERS);
    assertThat(received)
        .as("usage is asked for, and read to the end also when the client has left")
        .filteredOn(call -> call.script().status() == 200)
        .filteredOn(call -> call.script().usage() != Usage.NONE && !lost.contains(call))
        .allMatch(Received::toldUsage);
    assertThat(books.estimated()).isPositive();
    assertThat(app.kubectl().get("llmr/chaos", "{.status.models[0].estimatedPercent}"))
        .isEqualTo("" + Math.ceilDiv(100 * books.estimated(), books.input() + books.output()));
    assertThat(received)
        .allSatisfy(
            call -> {
              assertThat(call.head().get("authorization")).isEqualTo("Bearer provider-key");
              assertThat(call.body()).contains("\"provider-gpt-4o\"");
            });
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

  /** Kinds of calls take turns; numbers, and where bytes are cut, depend on the seed. */
  private static Script script(int n, long seed) {
    Random random = new Random(seed + n);
    long input = 20 + random.nextLong(400);
    long output = 10 + random.nextLong(300);
    Numbers numbers = new Numbers(input, random.nextLong(input), output, random.nextLong(output));
    Script plain = Script.named("c" + n, numbers);
    return switch (n / 2 % 10) {
      case 0, 1 -> plain;
      case 2 -> plain.withUsage(Usage.EVERY);
      case 3 -> plain.withUsage(Usage.CONTENT).torn();
      case 4 -> plain.withUsage(Usage.NONE);
      case 5 -> plain.withStatus(500);
      case 6 -> plain.torn();
      case 7 -> plain.slow(40, 20);
      case 8 -> plain.slow(20, 20).torn();
      default -> plain.slow(200, 8);
    };
  }

  private static void call(String address, int n, Script script, Set<String> broken)
      throws InterruptedException {
    Chat chat = new Chat("http://" + address + ":15080/v1", KEY);
    String text = script.text();
    for (; ; ) {
      try {
        Mode either = n / 20 % 2 == 0 ? Mode.PLAIN : Mode.STREAM;
        boolean answered =
            switch (n / 2 % 10) {
              case 0, 5 -> isAnswered(chat.ask(Mode.PLAIN, text));
              case 1 -> isAnswered(chat.ask(Mode.STREAM_USAGE, text));
              case 4 -> isAnswered(chat.ask(either, text));
              case 6 -> isAnswered(chat.ask(Mode.STREAM_NO_USAGE, text));
              case 8 -> chat.hangUpAfter(Mode.STREAM, text, 300);
              case 9 -> chat.hangUpAfter(either, text, Duration.ofMillis(100));
              default -> isAnswered(chat.ask(Mode.STREAM, text));
            };
        if (answered) {
          return;
        }
        Thread.sleep(200);
      } catch (ConnectException | HttpConnectTimeoutException e) {
        Thread.sleep(200); // The killed sidecar is not back yet: nothing was asked.
      } catch (IOException e) {
        broken.add(script.id());
        return;
      }
    }
  }

  /** 503 comes from a sidecar that has no snapshot yet; nothing was asked then. */
  private static boolean isAnswered(HttpResponse<String> response) {
    return response.statusCode() != 503;
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

  private static long tokens(List<Received> calls) {
    return calls.stream().mapToLong(call -> call.script().numbers().total()).sum();
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
