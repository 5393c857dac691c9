package dev.weir.crds.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * One kind's definition.
 *
 * @param kind the Java type
 * @param definition what the API server is given
 * @param yaml the definition as the text that is committed
 */
record Crd(
    Class<? extends CustomResource<?, ?>> kind, CustomResourceDefinition definition, String yaml) {
  private static final String HEADER =
      "# Generated from the Java types in src/main/java. Don't edit; run: "
          + Generate.COMMAND
          + "\n";
  private static final Pattern COMMENT = Pattern.compile("(?m)^#.*\\R");
  private static final Pattern FLOAT =
      Pattern.compile("(?m)^(\\s+(?:minimum|maximum): )([0-9.E+-]+)$");

  static Crd of(Class<? extends CustomResource<?, ?>> kind) {
    AtomicReference<CustomResourceDefinition> definition = new AtomicReference<>();
    ByteArrayOutputStream yaml = new ByteArrayOutputStream();
    new CRDGenerator()
        // Else the enum values True and False lose their quotes and are booleans to YAML 1.1.
        .withMinQuotes(false)
        .withParallelGenerationEnabled(false)
        .forCRDVersions("v1")
        .withOutput(
            new CRDGenerator.CRDOutput<ByteArrayOutputStream>() {
              @Override
              public ByteArrayOutputStream outputFor(String name) {
                return yaml;
              }

              @Override
              public void close() {}
            })
        .withPostProcessor(
            new CRDPostProcessor() {
              @Override
              public HasMetadata process(HasMetadata generated, String version) {
                var crd = (CustomResourceDefinition) generated;
                Refinement.apply(crd, kind);
                definition.set(crd);
                return crd;
              }
            })
        .customResourceClasses(kind)
        .detailedGenerate();
    return new Crd(kind, requireNonNull(definition.get()), tidy(yaml.toString(UTF_8)));
  }

  /** Bounds are doubles in the client's model; people read {@code maximum: 1000000000}. */
  private static String tidy(String yaml) {
    String body = COMMENT.matcher(yaml).replaceAll("");
    return HEADER
        + FLOAT
            .matcher(body)
            .replaceAll(
                found ->
                    found.group(1)
                        + new BigDecimal(found.group(2)).stripTrailingZeros().toPlainString());
  }
}
