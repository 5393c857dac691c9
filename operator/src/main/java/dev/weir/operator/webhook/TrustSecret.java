package dev.weir.operator.webhook;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Secret that holds {@link Trust}. Replicas race for each step: the first write wins, the
 * others read it. Needs {@code get}, {@code create} and {@code update} on Secrets of the namespace.
 */
final class TrustSecret {

  private static final Logger LOG = LoggerFactory.getLogger(TrustSecret.class);

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final Lifetimes lifetimes;
  private final Clock clock;

  TrustSecret(
      KubernetesClient client, String namespace, String name, Lifetimes lifetimes, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.lifetimes = lifetimes;
    this.clock = clock;
  }

  /**
   * What all replicas agree on, after the step that is due now.
   *
   * @throws KubernetesClientException when the API server does not answer
   */
  Trust current() {
    while (true) {
      Instant now = clock.instant();
      Secret stored = resource().get();
      try {
        if (stored == null) {
          Trust created = Trust.create(now, lifetimes);
          client.resource(secret(created, null)).create();
          LOG.info("Secret {}/{}: created a certificate authority", namespace, name);
          return created;
        }
        Trust trust = read(stored);
        Trust advanced =
            trust == null ? Trust.create(now, lifetimes) : trust.advance(now, lifetimes);
        if (advanced.equals(trust)) {
          return advanced;
        }
        client.resource(secret(advanced, stored.getMetadata().getResourceVersion())).update();
        LOG.info("Secret {}/{}: certificate authorities rotated", namespace, name);
        return advanced;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
            && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
          throw e;
        }
        LOG.debug("Secret {}/{}: another replica was first", namespace, name);
      }
    }
  }

  private @Nullable Trust read(Secret stored) {
    try {
      return Trust.of(stored.getData() == null ? Map.of() : stored.getData());
    } catch (IllegalArgumentException e) {
      LOG.error("Secret {}/{}: {}: it is replaced", namespace, name, e.getMessage());
      return null;
    }
  }

  private Secret secret(Trust trust, @Nullable String resourceVersion) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withResourceVersion(resourceVersion)
        .addToLabels("app.kubernetes.io/name", "weir-operator")
        .endMetadata()
        .withType("Opaque")
        .withData(trust.data())
        .build();
  }

  private Resource<Secret> resource() {
    return client.secrets().inNamespace(namespace).withName(name);
  }
}
