package dev.weir.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;

/**
 * One operation of a JSON Patch (RFC 6902).
 *
 * @param op {@code add}, {@code replace} or {@code remove}
 * @param path JSON Pointer (RFC 6901)
 * @param value null node for {@code remove}
 */
public record PatchOperation(String op, String path, JsonNode value) {

  static PatchOperation add(String path, JsonNode value) {
    return new PatchOperation("add", path, value);
  }

  static PatchOperation replace(String path, JsonNode value) {
    return new PatchOperation("replace", path, value);
  }

  static PatchOperation remove(String path) {
    return new PatchOperation("remove", path, JsonNodeFactory.instance.nullNode());
  }

  /**
   * Sets one annotation.
   *
   * @param metadata pointer to the metadata, which exists
   * @param present the annotations that are there; with none the map itself may be missing
   */
  static PatchOperation annotate(
      String metadata, Map<String, String> present, String key, String value) {
    String annotations = metadata + "/annotations";
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return present.isEmpty()
        ? add(annotations, nodes.objectNode().put(key, value))
        : add(annotations + "/" + escape(key), nodes.textNode(value));
  }

  /** A key as one reference token. */
  static String escape(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }
}
