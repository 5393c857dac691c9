package dev.weir.operator.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The certificates by which the API server knows us, in the webhook configuration that the chart
 * installed. Only these fields are ours, by server-side apply; the configuration itself is never
 * created. Needs {@code get}, {@code list}, {@code watch} and {@code patch} on it.
 */
final class CaBundle {

  static final String FIELD_MANAGER = "weir-webhook-ca";

  private final KubernetesClient client;
  private final String name;

  CaBundle(KubernetesClient client, String name) {
    this.client = client;
    this.name = name;
  }

  /**
   * Writes the certificates where they differ.
   *
   * @return whether they are in now; false when there is no such configuration
   */
  boolean publish(String pem) {
    MutatingWebhookConfiguration live = resource().get();
    if (live == null || live.getWebhooks().isEmpty()) {
      return false;
    }
    String bundle = Base64.getEncoder().encodeToString(pem.getBytes(UTF_8));
    if (live.getWebhooks().stream()
        .allMatch(webhook -> bundle.equals(webhook.getClientConfig().getCaBundle()))) {
      return true;
    }
    try {
      client
          .resource(only(bundle, live))
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.SERVER_SIDE_APPLY)
                  .withFieldManager(FIELD_MANAGER)
                  .withForce(true)
                  .build());
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false; // changed or deleted since we read it: the watch calls again
      }
      throw e;
    }
  }

  /** Calls back after each change of the configuration, on a thread of the client. */
  SharedIndexInformer<MutatingWebhookConfiguration> watch(Runnable changed) {
    return resource()
        .inform(
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(MutatingWebhookConfiguration added) {
                changed.run();
              }

              @Override
              public void onUpdate(
                  MutatingWebhookConfiguration before, MutatingWebhookConfiguration after) {
                changed.run();
              }

              @Override
              public void onDelete(
                  @Nullable MutatingWebhookConfiguration deleted, boolean finalStateUnknown) {
                changed.run();
              }
            });
  }

  private static MutatingWebhookConfiguration only(
      String bundle, MutatingWebhookConfiguration live) {
    List<MutatingWebhook> webhooks =
        live.getWebhooks().stream()
            .map(
                webhook ->
                    new MutatingWebhookBuilder()
                        .withName(webhook.getName())
                        .withNewClientConfig()
                        .withCaBundle(bundle)
                        .endClientConfig()
                        .build())
            .toList();
    return new MutatingWebhookConfigurationBuilder()
        .withNewMetadata()
        .withName(live.getMetadata().getName())
        // Else an apply would bring a configuration back that was just deleted.
        .withResourceVersion(live.getMetadata().getResourceVersion())
        .endMetadata()
        .withWebhooks(webhooks)
        .build();
  }

  private Resource<MutatingWebhookConfiguration> resource() {
    return client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(name);
  }
}
