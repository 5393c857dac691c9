package dev.weir.operator.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.crds.v1alpha1.Condition;
import dev.weir.operator.world.PolicyRef;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** The real one. Thread-safe. */
final class KubernetesStatusClient implements StatusClient {

  /** Who owns what we write, in managedFields and Events. */
  static final String FIELD_MANAGER = "weir-operator";

  static final String API_VERSION = "weir.dev/v1alpha1";

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(FIELD_MANAGER)
          .withForce(true)
          .build();

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private static final int LONGEST_NOTE = 1000;

  /** An explicit null is an error in a schema where nothing is nullable. */
  private static final JsonMapper WITHOUT_NULLS =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private final KubernetesClient client;
  private final Clock clock;
  private final String instance;

  /**
   * @param instance this replica's name, for Events
   */
  KubernetesStatusClient(KubernetesClient client, Clock clock, String instance) {
    this.client = client;
    this.clock = clock;
    this.instance = instance;
  }

  @Override
  public String apply(PolicyRef ref, String uid, Object status) {
    // A fresh object: sending one that was read would make us the owner of all it holds. The uid
    // keeps us from writing to a namesake that came after.
    GenericKubernetesResource fresh =
        new GenericKubernetesResourceBuilder()
            .withApiVersion(API_VERSION)
            .withKind(ref.kind())
            .withNewMetadata()
            .withNamespace(ref.namespace())
            .withName(ref.name())
            .withUid(uid)
            .endMetadata()
            .build();
    fresh.setAdditionalProperty("status", WITHOUT_NULLS.convertValue(status, OBJECT));
    try {
      return client
          .resource(fresh)
          .subresource("status")
          .patch(APPLY)
          .getMetadata()
          .getResourceVersion();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
          || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        throw new Gone(ref);
      }
      throw e;
    }
  }

  @Override
  public void event(PolicyRef ref, String uid, Condition condition) {
    String note = condition.message();
    client
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withNamespace(ref.namespace())
                .withGenerateName(ref.name() + "-")
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(clock.instant())))
                .withType(condition.status().equals("True") ? "Normal" : "Warning")
                .withReason(condition.reason())
                .withAction(condition.type())
                .withNote(note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE) : note)
                .withReportingController("weir.dev/operator")
                .withReportingInstance(instance)
                .withNewRegarding()
                .withApiVersion(API_VERSION)
                .withKind(ref.kind())
                .withNamespace(ref.namespace())
                .withName(ref.name())
                .withUid(uid)
                .endRegarding()
                .build())
        .create();
  }
}
