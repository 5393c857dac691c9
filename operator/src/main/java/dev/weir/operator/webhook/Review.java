package dev.weir.operator.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.operator.inject.PatchOperation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A question of the API server, {@code AdmissionReview} of {@code admission.k8s.io/v1}.
 *
 * @param object as it was sent, with fields that this client may not know
 */
record Review(String uid, String kind, String namespace, boolean dryRun, JsonNode object) {

  private static final String VERSION = "admission.k8s.io/v1";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The body is no AdmissionReview. */
  static final class Malformed extends Exception {
    Malformed(String message) {
      super(message);
    }
  }

  static Review parse(byte[] body) throws Malformed {
    JsonNode review;
    try {
      review = JSON.readTree(body);
    } catch (IOException e) {
      throw new Malformed("The body is not JSON");
    }
    if (review == null
        || !VERSION.equals(review.path("apiVersion").asText())
        || !"AdmissionReview".equals(review.path("kind").asText())) {
      throw new Malformed("The body is not an AdmissionReview of " + VERSION);
    }
    JsonNode request = review.path("request");
    String uid = request.path("uid").asText();
    if (uid.isEmpty()) {
      throw new Malformed("request.uid is missing");
    }
    if (!request.path("object").isObject()) {
      throw new Malformed("request.object is missing");
    }
    return new Review(
        uid,
        request.path("kind").path("kind").asText(),
        request.path("namespace").asText(),
        request.path("dryRun").asBoolean(),
        request.path("object"));
  }

  /** Allows it, changed by the patch. */
  byte[] allow(List<PatchOperation> patch, List<String> warnings) {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", VERSION).put("kind", "AdmissionReview");
    ObjectNode response = review.putObject("response").put("uid", uid).put("allowed", true);
    if (!warnings.isEmpty()) {
      ArrayNode array = response.putArray("warnings");
      warnings.forEach(array::add);
    }
    try {
      if (!patch.isEmpty()) {
        response.put("patchType", "JSONPatch");
        response.put("patch", Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(patch)));
      }
      return JSON.writeValueAsString(review).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A patch is always JSON", e);
    }
  }
}
