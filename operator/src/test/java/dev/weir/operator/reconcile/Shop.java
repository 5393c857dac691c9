package dev.weir.operator.reconcile;

import static org.awaitility.Awaitility.await;

import dev.weir.crds.v1alpha1.Condition;
import dev.weir.operator.world.PodRef;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/** What people and controllers do in one namespace of a real API server. */
record Shop(KubernetesClient client, String namespace) {

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  static void eventually(ThrowingRunnable assertion) {
    await()
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions() // what is not there yet is null
        .untilAsserted(assertion);
  }

  void apply(String yaml) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .forceConflicts()
        .serverSideApply();
  }

  Deployment deployment() {
    return client
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("api")
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("app", "api")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "api")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage("app")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .create();
  }

  /** A started pod with a sidecar, owned as a Deployment's pods are. */
  PodRef injectedPod(Deployment deployment, String name) {
    ReplicaSet set =
        client
            .resource(
                new ReplicaSetBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(name)
                    .addNewOwnerReference()
                    .withApiVersion("apps/v1")
                    .withKind("Deployment")
                    .withName("api")
                    .withUid(deployment.getMetadata().getUid())
                    .withController(true)
                    .endOwnerReference()
                    .endMetadata()
                    .withNewSpec()
                    .withSelector(deployment.getSpec().getSelector())
                    .withTemplate(deployment.getSpec().getTemplate())
                    .endSpec()
                    .build())
            .create();
    Pod pod =
        client
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(name)
                    .addToLabels("app", "api")
                    .addNewOwnerReference()
                    .withApiVersion("apps/v1")
                    .withKind("ReplicaSet")
                    .withName(name)
                    .withUid(set.getMetadata().getUid())
                    .withController(true)
                    .endOwnerReference()
                    .endMetadata()
                    .withNewSpec()
                    .addNewInitContainer()
                    .withName("weir-proxy")
                    .withImage("weir")
                    .withRestartPolicy("Always")
                    .addNewEnv()
                    .withName("WEIR_APP_PORT")
                    .withValue("8080")
                    .endEnv()
                    .addNewPort()
                    .withName("http")
                    .withContainerPort(15001)
                    .endPort()
                    .endInitContainer()
                    .addNewContainer()
                    .withName("app")
                    .withImage("app")
                    .endContainer()
                    .endSpec()
                    .build())
            .create();
    pod.setStatus(
        new PodStatusBuilder()
            .withPhase("Running")
            .addToInitContainerStatuses(
                new ContainerStatusBuilder()
                    .withName("weir-proxy")
                    .withImage("weir")
                    .withImageID("weir")
                    .withReady(true)
                    .withRestartCount(0)
                    .withStarted(true)
                    .withState(
                        new ContainerStateBuilder()
                            .withNewRunning()
                            .withStartedAt(
                                Instant.now()
                                    .truncatedTo(ChronoUnit.SECONDS)
                                    .plusSeconds(1)
                                    .toString())
                            .endRunning()
                            .build())
                    .build())
            .build());
    client.resource(pod).subresource("status").update();
    return new PodRef(namespace, name, pod.getMetadata().getUid());
  }

  static String condition(@Nullable List<Condition> conditions, String type) {
    return Objects.requireNonNull(conditions).stream()
        .filter(condition -> condition.type().equals(type))
        .map(condition -> condition.status() + " " + condition.reason())
        .findFirst()
        .orElse("absent");
  }
}
