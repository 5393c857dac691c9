package dev.weir.operator.webhook;

import dev.weir.operator.inject.Decision;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Warning Event on the pod's controller, or on the pod itself where it has none. One per owner
 * and reason: its name says which, and it is created only if it is not there. Written by virtual
 * threads, a few at a time; what is more is dropped, the warning has been given anyway.
 */
public final class RefusalEvents implements Refusals {

  private static final Logger LOG = LoggerFactory.getLogger(RefusalEvents.class);

  private final KubernetesClient client;
  private final Clock clock;
  private final Semaphore slots = new Semaphore(8);

  /** The client is not closed here. */
  public RefusalEvents(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public void report(String namespace, Pod pod, Decision decision) {
    Optional<ObjectReference> subject = subject(namespace, pod);
    if (subject.isEmpty() || !slots.tryAcquire()) {
      return;
    }
    Thread.startVirtualThread(
        () -> {
          try {
            create(subject.get(), decision);
          } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
              LOG.warn("{}: no Event about {}: {}", subject.get(), decision.reason(), e.toString());
            }
          } finally {
            slots.release();
          }
        });
  }

  private void create(ObjectReference subject, Decision decision) {
    String now = clock.instant().toString();
    client
        .v1()
        .events()
        .inNamespace(subject.getNamespace())
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withName(
                    subject.getName()
                        + ".weir-"
                        + decision.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .withNamespace(subject.getNamespace())
                .endMetadata()
                .withInvolvedObject(subject)
                .withType("Warning")
                .withReason("InjectionRefused")
                .withMessage(decision.reason().text() + ": " + decision.message())
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .withNewSource()
                .withComponent("weir-operator")
                .endSource()
                .withReportingComponent("weir.dev/operator")
                .build())
        .create();
  }

  private static Optional<ObjectReference> subject(String namespace, Pod pod) {
    if (pod.getMetadata() == null) {
      return Optional.empty();
    }
    for (OwnerReference owner : pod.getMetadata().getOwnerReferences()) {
      if (Boolean.TRUE.equals(owner.getController())) {
        return Optional.of(
            new ObjectReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withNamespace(namespace)
                .withName(owner.getName())
                .withUid(owner.getUid())
                .build());
      }
    }
    String name = pod.getMetadata().getName();
    return name == null || name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(namespace)
                .withName(name)
                .build());
  }
}
