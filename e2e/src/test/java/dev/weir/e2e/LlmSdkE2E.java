package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.Aimock;
import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Hour;
import dev.weir.e2e.harness.Kubectl;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Policies;
import dev.weir.e2e.harness.Routes;
import dev.weir.e2e.harness.WeirCluster;
import dev.weir.e2e.sdk.JavaSdk;
import dev.weir.e2e.sdk.NodeSdk;
import dev.weir.e2e.sdk.Outcome;
import dev.weir.e2e.sdk.Sdk;
import dev.weir.e2e.sdk.Sdk.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenAI's own SDKs, which know nothing of Weir, see what their documentation says. */
@OnWeirCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LlmSdkE2E {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final String MODEL = "gpt-4o";

  private final WeirCluster cluster;
  private DemoApp app;
  private Aimock mock;
  private List<Sdk> sdks;

  LlmSdkE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  void serve() {
    mock = Aimock.start(cluster.addressForPods(), "provider-key");
    app = DemoApp.injected(cluster, "llm-sdk", 1);
    Kubectl kubectl = app.kubectl();
    kubectl.apply(mock.service());
    kubectl.apply(Policies.providerKey("mock", "provider-key"));
    kubectl.apply(Policies.consumer("acme", "gold", "acme-key"));
    kubectl.apply(Policies.consumer("tiny", "free", "tiny-key"));
    kubectl.apply(
        Policies.llmRoute("chat", "http://aimock.llm-sdk.svc:%d/v1".formatted(mock.port())));
    kubectl.apply(
        """
        apiVersion: weir.dev/v1alpha1
        kind: QuotaPlan
        metadata: {name: tokens}
        spec:
          targetRefs: [{group: weir.dev, kind: LlmRoute, name: chat}]
          identity: {apiKey: {in: [{header: authorization, scheme: Bearer}]}}
          subject: {consumer: {}}
          tiers:
          - name: free
            consumers: {matchLabels: {tier: free}}
            quotas: [{name: hourly, unit: Tokens, limit: 30, window: {every: Hour}}]
          - name: gold
            quotas: [{name: hourly, unit: Tokens, limit: 1000000, window: {every: Hour}}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: llm}
        spec:
          selector: {app: api}
          ports: [{port: 80, targetPort: 15080}]
        """);
    kubectl.await("Ready", "llmr/chat", READY);
    kubectl.await("Ready", "qplan/tokens", READY);
    String address = kubectl.get("service/llm", "{.spec.clusterIP}");
    Routes.awaitLiving(address, 80);
    String url = "http://" + address + "/v1";
    sdks = List.of(new JavaSdk(url, "acme-key"), new NodeSdk(url, "acme-key"));
  }

  @AfterAll
  void leave() {
    app.close();
    mock.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "PLAIN        | hello           | Hello to you, who are far away and read this. | 20 | 0",
        "STREAM       | hello           | Hello to you, who are far away and read this. | 0  | 0",
        "STREAM_USAGE | hello           | Hello to you, who are far away and read this. | 20 | 1",
        "TOOLS        | And the weather | get_weather({\"city\":\"Oslo\"})                  | 37 |"
            + " 0",
        "TOOLS_STREAM | And the weather | get_weather({\"city\":\"Oslo\"})                  | 0  |"
            + " 0",
        "MODELS       | -               | gpt-4o                                        | 0  | 0",
      })
  void answersAreAsTheProviderGaveThem(
      Kind kind, String question, String text, long tokens, int withoutChoices) {
    for (Sdk sdk : sdks) {
      Outcome seen = sdk.call(kind, MODEL, question);
      assertThat(seen.text()).as("%s", sdk).contains(text);
      assertThat(seen.status()).isEqualTo(200);
      assertThat(seen.attempts()).isEqualTo(1);
      assertThat(seen.tokens()).as("usage only where it was asked for").isEqualTo(tokens);
      assertThat(seen.withoutChoices()).isEqualTo(withoutChoices);
      if (kind != Kind.MODELS) {
        Aimock.Call last = mock.calls().getLast();
        assertThat(last.body()).contains("\"model\":\"provider-gpt-4o\"");
        assertThat(last.body().contains("\"include_usage\":true"))
            .isEqualTo(kind.name().contains("STREAM"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EMBEDDINGS | gpt-4o | acme-key | 404 | unknown_url     | POST /v1/chat/completions | 1",
        "PLAIN      | gpt-9  | acme-key | 404 | model_not_found | gpt-4o                    | 1",
        "PLAIN      | gpt-4o | wrong    | 401 | invalid_api_key | authorization             | 1",
        "PLAIN      | gpt-4o | acme-key | 500 | mock_broken     | Broken, as asked.         | 3",
      })
  void errorsAreInTheSdksDialectAndSayWhatToDo(
      Kind kind, String model, String key, int status, String code, String text, int attempts) {
    for (Sdk sdk : sdks) {
      Outcome seen = sdk.withKey(key).call(kind, model, status == 500 ? "break" : "hello");
      assertThat(seen.status()).as("%s: %s", sdk, seen).isEqualTo(status);
      assertThat(seen.code()).isEqualTo(code);
      assertThat(seen.text()).containsIgnoringCase(text);
      assertThat(seen.attempts()).isEqualTo(attempts);
      if (status != 500) {
        assertThat(seen.text()).contains("LlmRoute", "chat");
      }
    }
  }

  @Test
  void aRateIsWaitedForAndThenSucceeds() {
    app.kubectl()
        .apply(
            """
            apiVersion: weir.dev/v1alpha1
            kind: RateLimitPolicy
            metadata: {name: slow}
            spec:
              targetRefs: [{group: weir.dev, kind: LlmRoute, name: chat}]
              limits:
              - name: calls
                # 5 s a call: the SDK for Java waits 8 s at most, whatever it is told.
                rates: [{limit: 12, per: 1m, burst: 1, algorithm: TokenBucket}]
            """);
    app.kubectl().await("Ready", "rlpol/slow", READY);
    try {
      sdks.getFirst().call(Kind.PLAIN, MODEL, "hello"); // Takes what the bucket has.
      for (Sdk sdk : sdks) {
        int before = mock.calls().size();
        Outcome seen = sdk.call(Kind.PLAIN, MODEL, "hello");
        System.out.printf("%s, after a 429: %s%n", sdk, seen);
        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.attempts()).isEqualTo(2);
        assertThat(mock.calls()).hasSize(before + 1);
        assertThat(mock.calls().getLast().headers()).containsEntry("x-stainless-retry-count", "1");
      }
    } finally {
      app.kubectl().run("delete", "rlpol", "slow");
      app.kubectl().await("Ready", "llmr/chat", READY);
    }
  }

  @Test
  void aUsedUpQuotaIsAskedOnce() {
    Hour.withRoomFor(Duration.ofMinutes(2));
    List<Sdk> tiny = sdks.stream().map(sdk -> sdk.withKey("tiny-key")).toList();
    // 30 tokens an hour, 20 a call: the second is admitted while ten are left, and goes over.
    for (Sdk sdk : tiny) {
      assertThat(sdk.call(Kind.PLAIN, MODEL, "hello").status()).isEqualTo(200);
    }
    int before = mock.calls().size();
    for (Sdk sdk : tiny) {
      Outcome seen = sdk.call(Kind.PLAIN, MODEL, "hello");
      System.out.printf("%s, over the quota: %s%n", sdk, seen);
      assertThat(seen.status()).isEqualTo(429);
      assertThat(seen.code()).isEqualTo("insufficient_quota");
      assertThat(seen.type()).isEqualTo("insufficient_quota");
      assertThat(seen.attempts()).as("asked").isEqualTo(1);
    }
    assertThat(mock.calls()).as("asked of the provider").hasSize(before);
  }
}
