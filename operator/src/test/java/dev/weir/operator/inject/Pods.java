package dev.weir.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.List;
import java.util.Map;

/** What the tests of injection have in common. */
final class Pods {

  static final InjectionSettings SETTINGS =
      new InjectionSettings(
          "weir-system", "weir-operator", "weir-proxy:1", "IfNotPresent", "50m", "96Mi", "128Mi");
  static final Injector INJECTOR = new Injector(SETTINGS);
  static final Credentials CREDENTIALS =
      new Credentials(
          "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n", "drain-token");
  static final NamespaceView SHOP = new NamespaceView("shop", Map.of());
  private static final ObjectMapper JSON = new ObjectMapper();

  static Pod pod(String yaml) {
    return Serialization.unmarshal(yaml, Pod.class);
  }

  static List<PatchOperation> patch(Pod pod, NamespaceView namespace) {
    return INJECTOR.patch(pod, INJECTOR.decide(pod, namespace), CREDENTIALS);
  }

  /** The pod as the API server has it after the patch. */
  static JsonNode patched(Pod pod, NamespaceView namespace) {
    return apply(patch(pod, namespace), JSON.valueToTree(pod));
  }

  static JsonNode apply(List<PatchOperation> patch, JsonNode object) {
    return JsonPatch.apply(JSON.valueToTree(patch), object);
  }

  private Pods() {}
}
