package dev.weir.crds.generate;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.weir.crds.schema.AbsentMeans;
import dev.weir.crds.schema.ListMap;
import dev.weir.crds.schema.ListSet;
import dev.weir.crds.schema.OneOf;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the Java types say and the CRD generator does not write: which fields are required (those
 * that are not nullable), list types, integer formats, values, the order of columns, the text of
 * the kind. It walks the types and the schema side by side.
 */
final class Refinement {
  private Refinement() {}

  static void apply(CustomResourceDefinition crd, Class<?> kind) {
    for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
      JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
      root.setDescription(kind.getAnnotation(JsonClassDescription.class).value());
      root.setRequired(List.of("spec"));
      root.setXKubernetesValidations(
          Stream.of(kind.getAnnotationsByType(ValidationRule.class))
              .map(
                  rule ->
                      new ValidationRuleBuilder()
                          .withRule(rule.value())
                          .withMessage(rule.message())
                          .build())
              .toList());
      for (Member member : Member.ofKind(kind, root)) {
        member.schema().setDescription(member.description());
        refine(member);
      }
      orderColumns(version.getAdditionalPrinterColumns(), kind);
    }
  }

  private static void refine(Member member) {
    JSONSchemaProps schema = member.schema();
    schema.setXKubernetesValidations(
        new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
    if (member.is(long.class, Long.class)) {
      schema.setFormat("int64");
    } else if (member.is(int.class, Integer.class)) {
      schema.setFormat("int32");
    }
    ListMap listMap = member.annotation(ListMap.class);
    if (listMap != null) {
      schema.setXKubernetesListType("map");
      schema.setXKubernetesListMapKeys(List.of(listMap.value()));
    } else if (member.annotation(ListSet.class) != null) {
      schema.setXKubernetesListType("set");
    } else if (member.isList()) {
      schema.setXKubernetesListType("atomic");
    }
    OneOf oneOf = member.annotation(OneOf.class);
    if (oneOf != null) {
      schema.setEnum(Stream.of(oneOf.value()).<JsonNode>map(TextNode::valueOf).toList());
    }
    AbsentMeans absent = member.annotation(AbsentMeans.class);
    if (absent != null) {
      schema.setDescription(schema.getDescription() + " Absent means " + absent.value() + ".");
    }
    List<Member> members = member.members();
    members.forEach(Refinement::refine);
    if (!members.isEmpty()) {
      member
          .shape()
          .setRequired(members.stream().filter(Member::required).map(Member::name).toList());
    }
  }

  /** The generator sorts columns by their path and writes a priority that the server drops. */
  private static void orderColumns(List<CustomResourceColumnDefinition> columns, Class<?> kind) {
    List<String> order =
        Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    columns.sort(Comparator.comparingInt(column -> order.indexOf(column.getName())));
    for (CustomResourceColumnDefinition column : columns) {
      Integer priority = column.getPriority();
      if (priority != null && priority == 0) {
        column.setPriority(null);
      }
    }
  }
}
