package dev.weir.operator.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorTest {

  private static final YAMLMapper YAML = new YAMLMapper();

  /** A dash: absent. The last column is the mirror afterwards. */
  @ParameterizedTest(name = "{0}: mark {1}, mirror {2} -> {3}")
  @CsvSource({
    "Deployment,  true,  -,     true",
    "Deployment,  true,  true,  true",
    "Deployment,  true,  false, true",
    "Deployment,  false, -,     false",
    "Deployment,  -,     true,  -",
    "Deployment,  -,     -,     -",
    "StatefulSet, true,  -,     true",
    "DaemonSet,   -,     true,  -",
    "Job,         true,  -,     true",
    "Job,         -,     true,  true",
    "CronJob,     true,  -,     true",
    "CronJob,     -,     true,  -",
  })
  void follows(String kind, String mark, String mirror, String expected) throws IOException {
    JsonNode workload = workload(kind, mark, mirror);
    JsonNode after = Pods.apply(Mirror.of(kind, workload).patch(), workload);
    JsonNode annotations = after.at(template(kind) + "/metadata/annotations");
    assertThat(annotations.path(Marks.MIRRORED).asText("-")).isEqualTo(expected);
    assertThat(annotations.path("other").asText()).isEqualTo("kept");
    assertThat(Mirror.of(kind, after).patch()).as("a second time").isEmpty();
  }

  @Test
  void aTemplateWithoutMetadataGetsIt() throws IOException {
    JsonNode workload =
        YAML.readTree("{metadata: {annotations: {weir.dev/inject: 'true'}}, spec: {template: {}}}");
    JsonNode after = Pods.apply(Mirror.of("Deployment", workload).patch(), workload);
    assertThat(after.at("/spec/template/metadata/annotations").path(Marks.MIRRORED).asText())
        .isEqualTo("true");
  }

  @Test
  void aWrongValueIsMirroredAndWarnedOf() throws IOException {
    JsonNode workload = workload("Deployment", "yes", "-");
    assertThat(Mirror.of("Deployment", workload).warnings())
        .singleElement()
        .asString()
        .contains("\"yes\"", "write \"true\" or \"false\"");
  }

  private static String template(String kind) {
    return kind.equals("CronJob") ? "/spec/jobTemplate/spec/template" : "/spec/template";
  }

  private static JsonNode workload(String kind, String mark, String mirror) throws IOException {
    String template =
        "template: {metadata: {annotations: {other: kept"
            + (mirror.equals("-") ? "" : ", weir.dev/mirrored: '" + mirror + "'")
            + "}}}";
    String spec = kind.equals("CronJob") ? "jobTemplate: {spec: {" + template + "}}" : template;
    String annotations = mark.equals("-") ? "" : "weir.dev/inject: '" + mark + "'";
    return YAML.readTree("{metadata: {annotations: {" + annotations + "}}, spec: {" + spec + "}}");
  }
}
