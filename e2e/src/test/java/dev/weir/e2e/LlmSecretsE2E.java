package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.Chat;
import dev.weir.e2e.harness.ContainerFiles;
import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Eventually;
import dev.weir.e2e.harness.HostService;
import dev.weir.e2e.harness.Kubectl;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Policies;
import dev.weir.e2e.harness.Shell;
import dev.weir.e2e.harness.WeirCluster;
import dev.weir.e2e.provider.Received;
import dev.weir.e2e.provider.Script;
import dev.weir.e2e.provider.ScriptedProvider;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The provider's key is the sidecar's and the provider's, nobody else's. */
@OnWeirCluster
class LlmSecretsE2E {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final String PROVIDER_KEY = "sk-provider-1f0c6e5d9b";
  private static final String APP_KEY = "acme-key";

  private final WeirCluster cluster;

  LlmSecretsE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void theApplicationFindsTheProvidersKeyNowhere() throws Exception {
    try (DemoApp app = DemoApp.injected(cluster, "llm-secrets", 1);
        ScriptedProvider provider = new ScriptedProvider(cluster.addressForPods(), 1)) {
      Kubectl kubectl = app.kubectl();
      kubectl.apply(HostService.yaml("mock", cluster.addressForPods(), provider.port()));
      serve(app, "http://mock.llm-secrets.svc:%d/v1".formatted(provider.port()));
      kubectl.await("Ready", "llmr/chat", READY);

      Chat chat = new Chat("http://" + app.addresses()[0] + ":15080/v1", APP_KEY);
      String text = Script.named("secrets", new Script.Numbers(10, 0, 10, 0)).text();
      Eventually.that(
          "the node's proxy leads to the provider",
          () -> chat.ask(Chat.Mode.PLAIN, text).statusCode() == 200);
      HttpResponse<String> answer = chat.ask(Chat.Mode.STREAM, text);
      assertThat(answer.statusCode()).isEqualTo(200);
      Received call = provider.received().getLast();
      assertThat(call.head()).containsEntry("authorization", "Bearer " + PROVIDER_KEY);
      assertThat(call.head().toString()).doesNotContain(APP_KEY);
      assertThat(answer.headers().map() + answer.body()).doesNotContain(PROVIDER_KEY);

      provider.stop();
      Eventually.asserted(
          "the provider is gone, and shown so",
          () -> {
            HttpResponse<String> failed = chat.ask(Chat.Mode.PLAIN, text);
            assertThat(failed.statusCode()).isIn(502, 504);
            assertThat(failed.headers().map() + failed.body())
                .contains("LlmRoute", "chat")
                .doesNotContain(PROVIDER_KEY);
            assertThat(kubectl.get("llmr/chat", "{.status.providers[0].state}"))
                .isEqualTo("Failing");
          });

      String pod = app.pods()[0];
      assertThat(kubectl.run("get", "pod", pod, "-o", "yaml")).doesNotContain(PROVIDER_KEY);
      assertThat(kubectl.run("logs", pod, "--all-containers")).doesNotContain(PROVIDER_KEY);
      assertThat(kubectl.run("get", "llmr,rlpol,qplan", "-o", "yaml")).doesNotContain(PROVIDER_KEY);
      Shell.Result may =
          kubectl.attempt(
              "auth",
              "can-i",
              "get",
              "secret/mock",
              "--as=system:serviceaccount:llm-secrets:default");
      assertThat(may.out().strip()).isEqualTo("no");

      ContainerFiles application = ContainerFiles.of(pod, "dev.weir.demo.Main");
      ContainerFiles sidecar = ContainerFiles.of(pod, "dev.weir.proxy.boot.Main");
      assertThat(sidecar.containing(PROVIDER_KEY))
          .as("the search finds it where it is")
          .isNotEmpty();
      assertThat(application.environment()).doesNotContain(PROVIDER_KEY);
      assertThat(application.commandLines())
          .as("the application's own /proc shows its own processes only")
          .contains("dev.weir.demo.Main")
          .doesNotContain("dev.weir.proxy");
      System.out.printf("searched %d files of the application%n", application.count());
      assertThat(application.containing(PROVIDER_KEY)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://127.0.0.1:8080/v1               | addresses",
        "http://127.1/v1                         | Services of the cluster",
        "https://localhost/v1                    | localhost",
        "https://api.localhost/v1                | pod or node itself",
        "https://169.254.169.254/latest          | addresses",
        "https://[fe80::1]/v1                    | addresses",
        "https://metadata.google.internal/v1     | metadata",
        "http://api.openai.com/v1                | Services of the cluster",
        "https://user:pass@api.openai.com/v1     | Secret",
      })
  void aProviderThatIsThePodTheNodeOrPlainTextIsRefused(String baseUrl, String why) {
    Shell.Result refused =
        cluster.kubectl().tryApply(Policies.llmRoute("refused", "\"" + baseUrl + "\""));
    System.out.println(refused.err().strip());
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err()).contains("baseUrl").contains(why);
  }

  @Test
  void aSecretWithoutTheLabelIsNotRead() {
    try (DemoApp app = DemoApp.injected(cluster, "llm-label", 1)) {
      Kubectl kubectl = app.kubectl();
      serve(app, "http://mock.llm-label.svc:4010/v1");
      kubectl.await("Ready", "llmr/chat", READY);
      kubectl.run("label", "secret", "mock", "weir.dev/use-");
      String condition = "{.status.conditions[?(@.type==\"ResolvedRefs\")]";
      Eventually.equal(
          "ResolvedRefs", "False", () -> kubectl.get("llmr/chat", condition + ".status}"));
      String message = kubectl.get("llmr/chat", condition + ".message}");
      System.out.println(message);
      assertThat(message).contains("mock").contains("weir.dev/use: provider");
      assertThat(kubectl.run("get", "llmr")).contains("False");

      Chat chat = new Chat("http://" + app.addresses()[0] + ":15080/v1", APP_KEY);
      Eventually.asserted(
          "the key is gone from the sidecar",
          () -> {
            HttpResponse<String> answer = chat.ask(Chat.Mode.PLAIN, "hello");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("LlmRoute", "chat").contains("key");
          });
    }
  }

  private static void serve(DemoApp app, String baseUrl) {
    Kubectl kubectl = app.kubectl();
    kubectl.apply(Policies.providerKey("mock", PROVIDER_KEY));
    kubectl.apply(Policies.consumer("acme", "gold", APP_KEY));
    kubectl.apply(Policies.llmRoute("chat", baseUrl));
  }
}
