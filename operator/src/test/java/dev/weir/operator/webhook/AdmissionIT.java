package dev.weir.operator.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.operator.inject.InjectionSettings;
import dev.weir.operator.inject.Injector;
import dev.weir.operator.inject.Marks;
import dev.weir.testing.kube.ApiServer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The configuration of the chart, a real API server that calls a real {@link EdgeServer}. */
class AdmissionIT {

  @RegisterExtension static final ApiServer API = new ApiServer();

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CONFIGURATION = "weir-operator";
  private static String system;
  private static KubernetesClient client;
  private static Certificates certificates;
  private static EdgeServer server;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    client = API.client();
    system = API.newNamespace("weir-system");
    TlsMaterial tls = new TlsMaterial();
    certificates =
        new Certificates(
            client,
            system,
            "weir-operator-ca",
            CONFIGURATION,
            "weir-operator",
            List.of("127.0.0.1"),
            tls,
            Lifetimes.DEFAULT,
            Clock.systemUTC());
    server =
        new EdgeServer(
            0,
            tls,
            new Injector(
                new InjectionSettings(
                    system, "weir-operator", "weir-proxy:1", "Always", "10m", "64Mi", "128Mi")),
            certificates::bundle,
            new RefusalEvents(client, Clock.systemUTC()),
            new SimpleMeterRegistry(),
            routes -> {});
    server.start();
    certificates.start();
    // The chart may come later than the operator.
    assertThat(certificates.ready()).isFalse();
    client.resource(configuration()).create();
    await().atMost(PATIENCE).until(certificates::ready);
  }

  @AfterAll
  static void stop() {
    client.resource(configuration()).delete();
    certificates.close();
    server.close();
  }

  /** The chart's, with the server of this test in the place of a Service. */
  private static MutatingWebhookConfiguration configuration() {
    try {
      MutatingWebhookConfiguration configuration =
          Serialization.unmarshal(
              Files.readString(Path.of("src/test/resources/webhook-configuration.yaml"))
                  .replace("{{namespace}}", system),
              MutatingWebhookConfiguration.class);
      for (MutatingWebhook webhook : configuration.getWebhooks()) {
        WebhookClientConfig config = webhook.getClientConfig();
        config.setUrl("https://127.0.0.1:" + server.port() + config.getService().getPath());
        config.setService(null);
      }
      return configuration;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aWipedCaBundleComesBackAndNothingElseIsOurs() {
    client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(CONFIGURATION)
        .edit(
            live -> {
              live.getWebhooks().forEach(webhook -> webhook.getClientConfig().setCaBundle(null));
              return live;
            });
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                live().getWebhooks().stream()
                    .allMatch(webhook -> webhook.getClientConfig().getCaBundle() != null));
    assertThat(live().getMetadata().getManagedFields())
        .filteredOn(fields -> fields.getManager().equals(CaBundle.FIELD_MANAGER))
        .singleElement()
        .satisfies(
            fields ->
                assertThat(Serialization.asJson(fields.getFieldsV1()))
                    .contains("f:caBundle")
                    .doesNotContain("f:url", "f:rules", "f:failurePolicy", "f:labels"));
  }

  @Test
  void thePodOfAHelmChartPassesARestrictedNamespace() throws Exception {
    String namespace = namespace(Map.of("pod-security.kubernetes.io/enforce", "restricted"));
    String pod =
        apply(
            namespace,
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: demo, annotations: {weir.dev/mirrored: "true"}}
            spec:
              serviceAccountName: default # by the admission plugin that is off here
              securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
              containers:
              - name: demo
                image: nginx
                securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                ports: [{name: http, containerPort: 8080}]
                readinessProbe: {httpGet: {path: /, port: http}}
            """,
            "--dry-run=server",
            "-o",
            "yaml");
    Pod admitted = Serialization.unmarshal(pod, Pod.class);
    assertThat(admitted.getSpec().getInitContainers())
        .extracting(Container::getName)
        .containsExactly("weir-proxy");
    assertThat(admitted.getSpec().getContainers().getFirst().getPorts().getFirst().getName())
        .isEqualTo("weir-app-8080");
  }

  @Test
  void marksDecideWhichPodsAreInjected() throws Exception {
    String plain = namespace(Map.of());
    String labelled = namespace(Map.of(Marks.INJECT, "true"));
    assertThat(injected(plain, "a", "", "")).isFalse();
    assertThat(injected(plain, "b", "weir.dev/inject: 'true'", "")).isTrue();
    assertThat(injected(plain, "c", "", "weir.dev/inject: 'true'")).isTrue();
    assertThat(injected(plain, "d", "weir.dev/mirrored: 'true'", "")).isTrue();
    assertThat(injected(plain, "e", "weir.dev/inject: 'yes'", "")).isFalse();
    assertThat(injected(labelled, "a", "", "")).isTrue();
    assertThat(injected(labelled, "b", "weir.dev/inject: 'false'", "")).isFalse();
    assertThat(injected(labelled, "c", "", "weir.dev/inject: 'false'")).isFalse();
    assertThat(injected(labelled, "d", "weir.dev/mirrored: 'false'", "")).isFalse();
    assertThat(injected(labelled, "e", "weir.dev/inject: 'true'", "")).isTrue();
    assertThat(injected("kube-system", "weir-it", "weir.dev/inject: 'true'", "")).isFalse();
    assertThat(injected(system, "own", "weir.dev/inject: 'true'", "")).isFalse();
  }

  @Test
  void aRefusedPodIsAdmittedWithAWarningAndAnEvent() throws Exception {
    String namespace = namespace(Map.of());
    String manifest = pod("host", "weir.dev/inject: 'true'", "", "hostNetwork: true");
    Path file = Files.writeString(folder.resolve("host.yaml"), manifest);
    List<String> apply = List.of("apply", "-n", namespace, "-f", file.toString());

    var dry =
        API.kubectl().run(Stream.concat(apply.stream(), Stream.of("--dry-run=server")).toList());
    assertThat(dry.err()).contains("Warning: Weir: no sidecar (HostNetwork)");
    assertThat(client.v1().events().inNamespace(namespace).list().getItems()).isEmpty();

    var real = API.kubectl().run(apply);
    assertThat(real.exit()).as(real.err()).isZero();
    assertThat(real.err()).contains("Warning: Weir: no sidecar (HostNetwork)");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(client.v1().events().inNamespace(namespace).list().getItems())
                    .extracting(Event::getReason)
                    .containsExactly("InjectionRefused"));
  }

  @Test
  void theMirrorFollowsTheAnnotation() throws Exception {
    String namespace = namespace(Map.of());
    String manifest = deployment("");
    apply(namespace, manifest);
    assertThat(mirror(namespace)).isNull();

    API.kubectl().succeed("annotate", "-n", namespace, "deployment/demo", "weir.dev/inject=true");
    assertThat(mirror(namespace)).isEqualTo("true");

    // Annotated by hand, manifest without it: no drift.
    assertThat(apply(namespace, manifest)).contains("unchanged");
    assertThat(mirror(namespace)).isEqualTo("true");

    // The mirror taken away by hand comes back.
    client
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("demo")
        .edit(
            live -> {
              live.getSpec().getTemplate().getMetadata().getAnnotations().remove(Marks.MIRRORED);
              return live;
            });
    assertThat(mirror(namespace)).isEqualTo("true");

    API.kubectl().succeed("annotate", "-n", namespace, "deployment/demo", "weir.dev/inject-");
    assertThat(mirror(namespace)).isNull();
  }

  @Test
  void aManifestWithTheAnnotationIsAppliedOnceByEitherKindOfApply() throws Exception {
    for (List<String> flags : List.of(List.<String>of(), List.of("--server-side"))) {
      String namespace = namespace(Map.of());
      String marked = deployment("annotations: {weir.dev/inject: 'true'}");
      String[] options = flags.toArray(String[]::new);
      apply(namespace, marked, options);
      assertThat(mirror(namespace)).isEqualTo("true");
      String version = live(namespace).getMetadata().getResourceVersion();
      apply(namespace, marked, options);
      assertThat(live(namespace).getMetadata().getResourceVersion()).isEqualTo(version);

      apply(namespace, deployment(""), options);
      assertThat(mirror(namespace)).as("removed from the manifest, %s", flags).isNull();
    }
  }

  @Test
  void aJobOfACronJobKeepsTheMirror() throws Exception {
    String namespace = namespace(Map.of());
    apply(
        namespace,
        """
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: nightly, annotations: {weir.dev/inject: "true"}}
        spec:
          schedule: "0 3 * * *"
          jobTemplate:
            spec:
              template:
                spec: {restartPolicy: Never, containers: [{name: a, image: a}]}
        """);
    API.kubectl().succeed("create", "job", "once", "-n", namespace, "--from=cronjob/nightly");
    assertThat(
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName("once")
                .get()
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations())
        .containsEntry(Marks.MIRRORED, "true");
  }

  private static String namespace(Map<String, String> labels) {
    String name = API.newNamespace("admission");
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build())
        .serverSideApply();
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("default")
                .withNamespace(name)
                .endMetadata()
                .build())
        .create();
    return name;
  }

  private boolean injected(String namespace, String name, String annotations, String labels)
      throws Exception {
    String admitted =
        apply(namespace, pod(name, annotations, labels, ""), "--dry-run=server", "-o", "yaml");
    return Serialization.unmarshal(admitted, Pod.class).getSpec().getInitContainers().stream()
        .anyMatch(container -> container.getName().equals("weir-proxy"));
  }

  private static String pod(String name, String annotations, String labels, String spec) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, annotations: {%s}, labels: {%s}}
    spec:
      serviceAccountName: default
      containers: [{name: app, image: app, ports: [{name: http, containerPort: 80}]}]
      %s
    """
        .formatted(name, annotations, labels, spec);
  }

  private static String deployment(String metadata) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: demo
      %s
    spec:
      selector: {matchLabels: {app: demo}}
      template:
        metadata: {labels: {app: demo}}
        spec: {containers: [{name: app, image: app}]}
    """
        .formatted(metadata);
  }

  private String apply(String namespace, String manifest, String... more) throws Exception {
    Path file = Files.writeString(folder.resolve("manifest.yaml"), manifest);
    List<String> command =
        new ArrayList<>(List.of("apply", "-n", namespace, "-f", file.toString()));
    command.addAll(List.of(more));
    return API.kubectl().succeed(command.toArray(String[]::new));
  }

  private static @Nullable String mirror(String namespace) {
    Map<String, String> annotations =
        live(namespace).getSpec().getTemplate().getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(Marks.MIRRORED);
  }

  private static Deployment live(String namespace) {
    return client.apps().deployments().inNamespace(namespace).withName("demo").get();
  }

  private static MutatingWebhookConfiguration live() {
    return client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(CONFIGURATION)
        .get();
  }
}
