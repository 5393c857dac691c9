package dev.weir.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries the annotation {@link Marks#INJECT} of a workload into its pod template, under another
 * name, so that a template which has the annotation itself is left alone. Pure.
 *
 * @param patch empty where mark and mirror agree
 */
public record Mirror(List<PatchOperation> patch, List<String> warnings) {

  /**
   * What is to do for a workload that is about to be written.
   *
   * @param kind {@code CronJob} has its template under {@code jobTemplate}; a {@code Job} without a
   *     mark keeps its mirror, because it may have it from its CronJob
   */
  public static Mirror of(String kind, JsonNode workload) {
    String mark = annotation(workload.path("metadata"), Marks.INJECT);
    List<String> warnings =
        mark == null || mark.equals("true") || mark.equals("false")
            ? List.of()
            : List.of("Weir: " + OptIn.invalid("annotation " + Marks.INJECT, mark));
    String template = kind.equals("CronJob") ? "/spec/jobTemplate/spec/template" : "/spec/template";
    JsonNode node = workload.at(template);
    boolean fromCronJob = kind.equals("Job") && mark == null;
    if (!node.isObject() || fromCronJob) {
      return new Mirror(List.of(), warnings);
    }
    return new Mirror(patch(template, node, mark), warnings);
  }

  private static List<PatchOperation> patch(String template, JsonNode node, @Nullable String mark) {
    JsonNode metadata = node.path("metadata");
    String mirror = annotation(metadata, Marks.MIRRORED);
    String path = template + "/metadata";
    if (mark == null) {
      return mirror == null
          ? List.of()
          : List.of(
              PatchOperation.remove(
                  path + "/annotations/" + PatchOperation.escape(Marks.MIRRORED)));
    }
    if (mark.equals(mirror)) {
      return List.of();
    }
    if (!metadata.isObject()) {
      JsonNode fresh =
          JsonNodeFactory.instance
              .objectNode()
              .set("annotations", JsonNodeFactory.instance.objectNode().put(Marks.MIRRORED, mark));
      return List.of(PatchOperation.add(path, fresh));
    }
    return List.of(PatchOperation.annotate(path, annotations(metadata), Marks.MIRRORED, mark));
  }

  private static Map<String, String> annotations(JsonNode metadata) {
    Map<String, String> found = new LinkedHashMap<>();
    metadata
        .path("annotations")
        .properties()
        .forEach(entry -> found.put(entry.getKey(), entry.getValue().asText()));
    return found;
  }

  private static @Nullable String annotation(JsonNode metadata, String key) {
    JsonNode value = metadata.path("annotations").path(key);
    return value.isTextual() ? value.textValue() : null;
  }
}
