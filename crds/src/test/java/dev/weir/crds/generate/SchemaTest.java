package dev.weir.crds.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every field of every kind must have. */
final class SchemaTest {
  private static final Set<String> YAML_BOOLEANS =
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false");

  static List<Crd> crds() {
    return Generate.KINDS.stream().map(Crd::of).toList();
  }

  @ParameterizedTest
  @MethodSource("crds")
  void isSmall(Crd crd) {
    assertThat(crd.yaml().getBytes(UTF_8)).hasSizeLessThan(100_000);
  }

  @ParameterizedTest
  @MethodSource("crds")
  void everyFieldIsDescribed(Crd crd) {
    assertThat(fields(crd))
        .allSatisfy(
            (path, schema) -> {
              if (!path.endsWith("[]")) {
                assertThat(schema.getDescription()).as(path).isNotBlank();
              }
            });
  }

  @ParameterizedTest
  @MethodSource("crds")
  void everythingIsBounded(Crd crd) {
    assertThat(fields(crd))
        .allSatisfy((path, schema) -> assertThat(isBounded(schema)).as(path).isTrue());
  }

  private static boolean isBounded(JSONSchemaProps schema) {
    return switch (schema.getType()) {
      case "string" -> schema.getMaxLength() != null || !schema.getEnum().isEmpty();
      case "integer" -> schema.getMinimum() != null && schema.getFormat() != null;
      case "array" -> schema.getMaxItems() != null && schema.getXKubernetesListType() != null;
      case "object" ->
          schema.getAdditionalProperties() == null || schema.getMaxProperties() != null;
      case "boolean" -> true;
      default -> false;
    };
  }

  @ParameterizedTest
  @MethodSource("crds")
  void onlyTheModeThatAColumnShowsHasADefault(Crd crd) {
    assertThat(fields(crd))
        .allSatisfy(
            (path, schema) -> {
              if (path.startsWith("spec") && !path.equals("spec.mode")) {
                assertThat(schema.getDefault()).as(path).isNull();
              }
            });
  }

  @ParameterizedTest
  @MethodSource("crds")
  void nothingReadsAsABoolean(Crd crd) {
    List<String> words = new ArrayList<>();
    fields(crd)
        .forEach(
            (path, schema) -> {
              words.add(path.substring(path.lastIndexOf('.') + 1));
              // Conditions are written by the operator and True is their convention.
              if (!path.equals("status.conditions[].status")) {
                schema.getEnum().forEach(value -> words.add(value.asText()));
              }
            });
    assertThat(words)
        .isNotEmpty()
        .noneMatch(word -> YAML_BOOLEANS.contains(word.toLowerCase(Locale.ROOT)));
  }

  @ParameterizedTest
  @MethodSource("crds")
  void everyRuleSaysWhatToDo(Crd crd) {
    assertThat(fields(crd))
        .allSatisfy(
            (path, schema) ->
                assertThat(schema.getXKubernetesValidations())
                    .as(path)
                    .doesNotHaveDuplicates()
                    .allSatisfy(rule -> assertThat(rule.getMessage()).isNotBlank()));
  }

  private static Map<String, JSONSchemaProps> fields(Crd crd) {
    JSONSchemaProps root =
        crd.definition().getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    Map<String, JSONSchemaProps> fields = new LinkedHashMap<>();
    root.getProperties().forEach((name, schema) -> collect(name, schema, fields));
    return fields;
  }

  private static void collect(
      String path, JSONSchemaProps schema, Map<String, JSONSchemaProps> fields) {
    fields.put(path, schema);
    if (schema.getProperties() != null) {
      schema.getProperties().forEach((name, part) -> collect(path + "." + name, part, fields));
    }
    if (schema.getItems() != null) {
      collect(path + "[]", schema.getItems().getSchema(), fields);
    }
    if (schema.getAdditionalProperties() != null) {
      collect(path + "[]", schema.getAdditionalProperties().getSchema(), fields);
    }
  }
}
