package dev.weir.crds.generate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the API reference: a table for each type, in the order in which a reader meets them. */
final class Reference {
  private final Map<Class<?>, List<Member>> types = new LinkedHashMap<>();
  private final Map<Class<?>, JSONSchemaProps> shapes = new LinkedHashMap<>();
  private final StringBuilder text = new StringBuilder();

  String of(List<Crd> crds) {
    line("<!-- Generated from the Java types. Don't edit; run: %s -->".formatted(Generate.COMMAND));
    line("# API reference");
    line("");
    line("The YAML files in this folder are the definitions that the API server is given.");
    line(
        "A field that is *required* must be written. For the others the column *absent means*"
            + " says");
    line(
        "what holds when they are left out. The API server adds nothing to what you wrote, except");
    line("the `mode` of a RateLimitPolicy, which a column shows.");
    for (Crd crd : crds) {
      kind(crd);
    }
    line("");
    line("## Types");
    types.forEach(this::type);
    return text.toString();
  }

  private void kind(Crd crd) {
    CustomResourceDefinition definition = crd.definition();
    var version = definition.getSpec().getVersions().getFirst();
    var names = definition.getSpec().getNames();
    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
    line("");
    line("## %s".formatted(names.getKind()));
    line("");
    line(root.getDescription());
    line("");
    line(
        ("`apiVersion: %s/%s`, short name `%s`, category `%s`; `kubectl get %s` shows %s, and with"
                + " `-o wide` also %s.")
            .formatted(
                definition.getSpec().getGroup(),
                version.getName(),
                String.join(", ", names.getShortNames()),
                String.join(", ", names.getCategories()),
                names.getShortNames().getFirst(),
                columns(version.getAdditionalPrinterColumns(), false),
                columns(version.getAdditionalPrinterColumns(), true)));
    List<Member> members = Member.ofKind(crd.kind(), root);
    table(members);
    rules(root, members);
    members.forEach(this::collect);
  }

  private static String columns(List<CustomResourceColumnDefinition> columns, boolean wide) {
    return columns.stream()
        .filter(column -> (column.getPriority() != null) == wide)
        .map(column -> column.getName().toUpperCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private void collect(Member member) {
    List<Member> members = member.members();
    if (!members.isEmpty() && types.putIfAbsent(member.element(), members) == null) {
      shapes.put(member.element(), member.shape());
      members.forEach(this::collect);
    }
  }

  private void type(Class<?> type, List<Member> members) {
    line("");
    line("### %s".formatted(type.getSimpleName()));
    table(members);
    JSONSchemaProps shape = shapes.get(type);
    if (shape != null) {
      rules(shape, members);
    }
  }

  private void table(List<Member> members) {
    line("");
    line("| field | type | required | absent means | bounds | description |");
    line("| --- | --- | --- | --- | --- | --- |");
    for (Member member : members) {
      line(
          "| `%s` | %s | %s | %s | %s | %s |"
              .formatted(
                  member.name(),
                  typeOf(member),
                  member.required() ? "yes" : "",
                  absent(member),
                  String.join("; ", bounds(member)),
                  cell(member.schema().getDescription())));
    }
  }

  private void rules(JSONSchemaProps shape, List<Member> members) {
    List<String> rules = new ArrayList<>();
    for (ValidationRule rule : shape.getXKubernetesValidations()) {
      rules.add("- " + rule.getMessage());
    }
    for (Member member : members) {
      if (!member.isList() && !member.members().isEmpty()) {
        continue; // the rules of its type, which has a table of its own
      }
      for (ValidationRule rule : member.schema().getXKubernetesValidations()) {
        rules.add("- `%s`: %s".formatted(member.name(), rule.getMessage()));
      }
    }
    if (!rules.isEmpty()) {
      line("");
      line("What the API server answers when a rule is broken:");
      line("");
      rules.forEach(this::line);
    }
  }

  private static String typeOf(Member member) {
    JSONSchemaProps shape = member.shape();
    String name =
        member.element().getRecordComponents() != null && !member.members().isEmpty()
            ? "[%1$s](#%2$s)"
                .formatted(
                    member.element().getSimpleName(),
                    member.element().getSimpleName().toLowerCase(Locale.ROOT))
            : shape.getAdditionalProperties() != null ? "map of strings" : shape.getType();
    return member.isList() ? "list of " + name : name;
  }

  private static String absent(Member member) {
    AbsentMeans absent = member.annotation(AbsentMeans.class);
    if (absent != null) {
      return "`" + absent.value() + "`";
    }
    JsonNode value = member.schema().getDefault();
    return value == null ? "" : "`" + value.asText() + "`";
  }

  private static List<String> bounds(Member member) {
    List<String> bounds = new ArrayList<>();
    JSONSchemaProps schema = member.schema();
    Double maximum = schema.getMaximum();
    if (schema.getMinimum() != null || maximum != null) {
      bounds.add(range(number(schema.getMinimum()), number(maximum)));
    }
    add(bounds, schema.getMinLength(), schema.getMaxLength(), "characters");
    add(bounds, schema.getMinItems(), schema.getMaxItems(), "entries");
    add(bounds, schema.getMinProperties(), schema.getMaxProperties(), "entries");
    if ("map".equals(schema.getXKubernetesListType())) {
      bounds.add("one entry for each " + String.join(", ", schema.getXKubernetesListMapKeys()));
    } else if ("set".equals(schema.getXKubernetesListType())) {
      bounds.add("no entry twice");
    }
    List<JsonNode> values = schema.getEnum();
    if (values != null && !values.isEmpty()) {
      bounds.add(
          values.stream()
              .map(value -> "`" + value.asText() + "`")
              .collect(Collectors.joining(", ")));
    }
    return bounds;
  }

  private static void add(
      List<String> bounds, @Nullable Long min, @Nullable Long max, String what) {
    if (min != null || max != null) {
      bounds.add(
          range(min == null ? "0" : min.toString(), max == null ? "" : max.toString())
              + " "
              + what);
    }
  }

  private static String range(String min, String max) {
    return max.isEmpty() ? "≥ " + min : min + "–" + max;
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : Long.toString(value.longValue());
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
