package dev.weir.crds.generate;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A field of a kind: what Java says of it beside what the schema says of it.
 *
 * @param name the name in YAML
 * @param type the Java type
 * @param required whether it must be there
 * @param field where its annotations are; null for {@code spec} and {@code status} of a kind
 * @param schema its part of the schema
 */
record Member(
    String name, Type type, boolean required, @Nullable Field field, JSONSchemaProps schema) {

  /** {@code spec} and {@code status}. */
  static List<Member> ofKind(Class<?> kind, JSONSchemaProps root) {
    Type[] arguments = ((ParameterizedType) kind.getGenericSuperclass()).getActualTypeArguments();
    Map<String, JSONSchemaProps> properties = root.getProperties();
    return List.of(
        new Member("spec", arguments[0], true, null, requireNonNull(properties.get("spec"))),
        new Member("status", arguments[1], false, null, requireNonNull(properties.get("status"))));
  }

  /** What {@code spec} and {@code status} are. */
  String description() {
    return name.equals("spec")
        ? "What is asked for."
        : "What is known. The operator writes it; nobody else should.";
  }

  <A extends Annotation> @Nullable A annotation(Class<A> annotation) {
    return field == null ? null : field.getAnnotation(annotation);
  }

  boolean is(Class<?>... types) {
    return List.of(types).contains(type);
  }

  boolean isList() {
    return type instanceof ParameterizedType generic && generic.getRawType() == List.class;
  }

  /** The Java type of the field, or of its entries when it is a list or a map. */
  Class<?> element() {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return (Class<?>) arguments[arguments.length - 1];
    }
    return (Class<?>) type;
  }

  /** The schema of the field, or of its entries when it is a list. */
  JSONSchemaProps shape() {
    return isList() ? schema.getItems().getSchema() : schema;
  }

  /** The fields within this one, or within the entries of this list. */
  List<Member> members() {
    RecordComponent[] components = element().getRecordComponents();
    return components == null ? List.of() : Stream.of(components).map(this::member).toList();
  }

  private Member member(RecordComponent component) {
    String name = component.getName();
    JSONSchemaProps schema = shape().getProperties().get(name);
    if (schema == null) {
      throw new IllegalStateException(
          "the generator left out " + component.getDeclaringRecord() + "." + name);
    }
    try {
      return new Member(
          name,
          component.getGenericType(),
          !component.getAnnotatedType().isAnnotationPresent(Nullable.class),
          component.getDeclaringRecord().getDeclaredField(name),
          schema);
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(component + " has no field", e);
    }
  }
}
