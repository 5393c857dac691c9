package dev.weir.operator.boot;

import static dev.weir.operator.testing.Manifests.CONSUMER;
import static dev.weir.operator.testing.Manifests.PLAN;
import static dev.weir.operator.testing.Manifests.POLICY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testing.kube.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the operator does by itself, done with no more than the chart's roles. */
final class RightsIT {

  @RegisterExtension static final ApiServer API = new ApiServer();

  /** Of nothing that anybody makes. */
  private static final String WEBHOOKS =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingWebhookConfiguration
      metadata: {name: weir-operator}
      webhooks:
      - name: pods.weir.dev
        admissionReviewVersions: [v1]
        clientConfig: {url: "https://127.0.0.1:1/"}
        rules: [{apiGroups: [nothing.weir.dev], apiVersions: [v1], resources: [nothings], operations: [CREATE]}]
        sideEffects: None
      """;

  private static final String ROUTE =
      """
      apiVersion: weir.dev/v1alpha1
      kind: LlmRoute
      metadata: {name: chat}
      spec:
        targetRefs: [{group: apps, kind: Deployment, name: api}]
        listener: {port: 15080}
        identity: {anonymous: Allow}
        providers:
        - name: openai
          type: OpenAI
          baseUrl: https://api.openai.com/v1
          auth: {secretRefs: [{name: openai, key: token}]}
        models: [{name: gpt-4o, backends: [{provider: openai}]}]
      """;

  private static final String PROVIDER =
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: openai, labels: {weir.dev/use: provider}}
      stringData: {token: sk-secret}
      """;

  private final String namespace = API.newNamespace("rights");
  private Path folder;
  private Replicas replicas;

  @BeforeEach
  void prepare(@TempDir Path temporary) throws IOException {
    folder = temporary;
    replicas = new Replicas(API, namespace, temporary);
    apply(WEBHOOKS);
  }

  @AfterEach
  void close() {
    replicas.close();
    API.kubectl().succeed("delete", "mutatingwebhookconfiguration", "weir-operator");
  }

  private void apply(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("applied.yaml"), yaml);
    API.kubectl().succeed("apply", "-n", namespace, "-f", file.toString());
  }

  private void eventually(String expected, String... query) {
    await()
        .atMost(Replicas.PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(API.kubectl().succeed(query).strip())
                    .as(String.join(" ", query))
                    .contains(expected));
  }

  private void eventuallyReady(String object) {
    eventually(
        "True",
        "get",
        object,
        "-n",
        namespace,
        "-o",
        "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}");
  }

  @Test
  void theyAreEnough() throws IOException {
    replicas.start("weir-a", API.url());
    replicas.awaitLog("weir-a", "This replica leads");
    apply(POLICY);
    eventually("TargetNotFound", "get", "events.events.k8s.io", "-n", namespace);
    apply(PLAN);
    apply(CONSUMER);
    apply(ROUTE);
    apply(PROVIDER);
    API.kubectl().succeed("create", "deployment", "api", "-n", namespace, "--image=app");
    eventuallyReady("ratelimitpolicy/api");
    eventuallyReady("quotaplan/public");
    eventuallyReady("llmroute/chat");
    eventually(
        "1",
        "get",
        "quotaplan/public",
        "-n",
        namespace,
        "-o",
        "jsonpath={.status.summary.subjects}");
    apply(POLICY.replace("limit: 100", "limit: 50"));
    // That of generation 2 is made, then that of generation 1 is deleted.
    eventually(
        "=2=",
        "get",
        "controllerrevisions",
        "-n",
        namespace,
        "-l",
        "weir.dev/last-accepted=RateLimitPolicy",
        "-o",
        "jsonpath=={.items[*].revision}=");
    eventually(
        "LS0t", // of "-----BEGIN", in base64
        "get",
        "mutatingwebhookconfiguration/weir-operator",
        "-o",
        "jsonpath={.webhooks[0].clientConfig.caBundle}");
    assertThat(replicas.log("weir-a")).content().doesNotContainIgnoringCase("forbidden");
  }
}
