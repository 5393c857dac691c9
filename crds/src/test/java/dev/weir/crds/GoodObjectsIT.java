package dev.weir.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.crds.v1alpha1.LlmRoute;
import dev.weir.crds.v1alpha1.QuotaPlan;
import dev.weir.crds.v1alpha1.RateLimitPolicy;
import dev.weir.testing.kube.ApiServer;
import dev.weir.testing.kube.Kubectl;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person keeps in Git is what the API server stores. */
final class GoodObjectsIT {
  @RegisterExtension static final ApiServer API = new ApiServer();

  static List<Path> good() throws IOException {
    try (Stream<Path> files = Files.list(Golden.RESOURCES.resolve("good"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void secondClientSideApplyChangesNothing(Path file) {
    applyTwice(file, List.of());
  }

  @ParameterizedTest
  @MethodSource("good")
  void secondServerSideApplyChangesNothing(Path file) {
    applyTwice(file, List.of("--server-side"));
  }

  private static void applyTwice(Path file, List<String> flags) {
    String namespace = API.newNamespace("good");
    run("apply", namespace, file, flags);
    String first = resourceVersion(namespace, file);

    Kubectl.Result diff = run("diff", namespace, file, flags);
    assertThat(diff.out() + diff.err()).isEmpty();
    assertThat(diff.exit()).isZero();

    run("apply", namespace, file, flags);
    assertThat(resourceVersion(namespace, file)).isEqualTo(first);
  }

  @ParameterizedTest
  @MethodSource("good")
  void javaTypesLoseNothing(Path file) throws IOException {
    KubernetesSerialization yaml = API.client().getKubernetesSerialization();
    JsonNode written = yaml.unmarshal(Files.readString(file), JsonNode.class);
    Class<? extends HasMetadata> kind =
        switch (written.get("kind").asText()) {
          case "RateLimitPolicy" -> RateLimitPolicy.class;
          case "QuotaPlan" -> QuotaPlan.class;
          default -> LlmRoute.class;
        };
    HasMetadata object = yaml.unmarshal(Files.readString(file), kind);
    JsonNode back = yaml.unmarshal(yaml.asJson(object), JsonNode.class);
    assertThat(back.get("spec")).isEqualTo(written.get("spec"));
  }

  private static String resourceVersion(String namespace, Path file) {
    return API.kubectl()
        .succeed(
            "get",
            "-n",
            namespace,
            "-f",
            file.toString(),
            "-o",
            "jsonpath={.metadata.resourceVersion}");
  }

  private static Kubectl.Result run(
      String command, String namespace, Path file, List<String> flags) {
    Kubectl.Result result =
        API.kubectl()
            .run(
                Stream.concat(
                        Stream.of(command, "-n", namespace, "-f", file.toString()), flags.stream())
                    .toList());
    assertThat(result.exit()).as(result.err()).isZero();
    return result;
  }
}
