package dev.weir.operator.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.operator.inject.InjectionSettings;
import dev.weir.operator.inject.Injector;
import dev.weir.operator.inject.Marks;
import dev.weir.testing.kube.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three replicas, one authority, and a rotation that no admission notices. */
class CertificatesIT {

  @RegisterExtension static final ApiServer API = new ApiServer();

  private static final String NAME = "weir-rotation";

  // The API server has the real time: the clock runs up to it, from when the first CA was made.
  private static final Lifetimes LIFETIMES =
      new Lifetimes(Duration.ofMinutes(120), Duration.ofMinutes(110), Duration.ofMinutes(5));
  private final Instant present = Instant.now();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(present.minus(Duration.ofMinutes(90)));

  @Test
  void replicasRaceForOneAuthorityAndRotateItUnderLoad() throws Exception {
    KubernetesClient client = API.client();
    String namespace = API.newNamespace("rotation");
    List<TlsMaterial> tls = List.of(new TlsMaterial(), new TlsMaterial(), new TlsMaterial());
    List<Certificates> replicas = new ArrayList<>();
    tls.forEach(each -> replicas.add(replica(client, namespace, each)));
    try (EdgeServer server = server(tls.getFirst(), replicas.getFirst());
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      server.start();
      client.resource(configuration(namespace, server.port())).create();

      tickAll(executor, replicas);
      tickAll(executor, replicas); // who lost the race for the caBundle looks again
      assertThat(replicas).extracting(Certificates::bundle).containsOnly(bundle());
      assertThat(replicas).allMatch(Certificates::ready);
      String first = bundle();

      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger admitted = new AtomicInteger();
      Queue<String> failures = new ConcurrentLinkedQueue<>();
      Future<?> load =
          executor.submit(
              () -> {
                while (!done.get()) {
                  try {
                    if (admit(client, namespace).getSpec().getInitContainers().isEmpty()) {
                      failures.add("admitted without a sidecar");
                    }
                    admitted.incrementAndGet();
                  } catch (KubernetesClientException e) {
                    failures.add(e.getMessage());
                  }
                }
              });
      for (int minutes : List.of(60, 40, 9, 8, 4, 2, 0)) {
        now.set(present.minus(Duration.ofMinutes(minutes)));
        tickAll(executor, replicas);
        int before = admitted.get() + failures.size();
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> admitted.get() + failures.size() > before + 5);
      }
      done.set(true);
      load.get();

      assertThat(failures).isEmpty();
      assertThat(bundle()).isNotEqualTo(first).contains(first.strip());
      assertThat(bundle()).doesNotStartWith(first.strip());
      // A fresh handshake shows a certificate of the new authority, which is the first listed.
      String signing = bundle().substring(0, bundle().indexOf(first.strip()));
      assertThat(
              Https.post(Https.trusting(signing), server.port(), EdgeServer.PODS, new byte[0])
                  .statusCode())
          .isEqualTo(400);
    } finally {
      client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(NAME).delete();
    }
  }

  private static void tickAll(ExecutorService executor, List<Certificates> replicas)
      throws Exception {
    List<Callable<Boolean>> ticks = new ArrayList<>();
    for (Certificates replica : replicas) {
      ticks.add(
          () -> {
            replica.tick();
            return true;
          });
    }
    for (Future<Boolean> tick : executor.invokeAll(ticks)) {
      tick.get();
    }
  }

  private Certificates replica(KubernetesClient client, String namespace, TlsMaterial tls) {
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return Objects.requireNonNull(now.get());
          }
        };
    return new Certificates(
        client, namespace, "ca", NAME, "weir", List.of("127.0.0.1"), tls, LIFETIMES, clock);
  }

  private static EdgeServer server(TlsMaterial tls, Certificates certificates) {
    return new EdgeServer(
        0,
        tls,
        new Injector(
            new InjectionSettings(
                "weir-system", "weir-operator", "weir-proxy:1", "Always", "1m", "1Mi", "9Mi")),
        certificates::bundle,
        (where, pod, decision) -> {},
        new SimpleMeterRegistry(),
        routes -> {});
  }

  private static Pod admit(KubernetesClient client, String namespace) {
    Pod pod =
        Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: p, annotations: {%s: "true"}}
            spec:
              serviceAccountName: default
              containers: [{name: a, image: a, ports: [{name: http, containerPort: 80}]}]
            """
                .formatted(Marks.INJECT),
            Pod.class);
    pod.getMetadata().setNamespace(namespace);
    return client.resource(pod).dryRun().create();
  }

  private static MutatingWebhookConfiguration configuration(String namespace, int port) {
    return Serialization.unmarshal(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: %s}
        webhooks:
        - name: pods.weir.dev
          admissionReviewVersions: [v1]
          clientConfig: {url: "https://127.0.0.1:%d/v1/webhooks/pods"}
          rules: [{apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [CREATE]}]
          namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
          failurePolicy: Fail
          sideEffects: None
        """
            .formatted(NAME, port, namespace),
        MutatingWebhookConfiguration.class);
  }

  private static String bundle() {
    return new String(
        Base64.getDecoder()
            .decode(
                API.client()
                    .admissionRegistration()
                    .v1()
                    .mutatingWebhookConfigurations()
                    .withName(NAME)
                    .get()
                    .getWebhooks()
                    .getFirst()
                    .getClientConfig()
                    .getCaBundle()),
        UTF_8);
  }
}
