package dev.weir.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.crds.v1alpha1.Anonymous;
import dev.weir.crds.v1alpha1.Backend;
import dev.weir.crds.v1alpha1.Exposure;
import dev.weir.crds.v1alpha1.Identity;
import dev.weir.crds.v1alpha1.LlmListener;
import dev.weir.crds.v1alpha1.LlmModel;
import dev.weir.crds.v1alpha1.LlmProvider;
import dev.weir.crds.v1alpha1.LlmRoute;
import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.crds.v1alpha1.LlmTimeouts;
import dev.weir.crds.v1alpha1.Price;
import dev.weir.crds.v1alpha1.ProviderAuth;
import dev.weir.crds.v1alpha1.ProviderType;
import dev.weir.crds.v1alpha1.QuotaPlan;
import dev.weir.crds.v1alpha1.RateLimitPolicy;
import dev.weir.crds.v1alpha1.SecretKeyRef;
import dev.weir.crds.v1alpha1.TargetRef;
import dev.weir.testing.kube.ApiServer;
import dev.weir.testing.kube.Kubectl;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person keeps in Git is what the API server stores. */
final class GoodObjectsIT {
  private static final String AMOUNT = "999999999.999999";

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

  /** What rules cost grows with the object; the server ends those that cost too much. */
  @Test
  void theLargestRouteIsAccepted() {
    List<LlmProvider> providers =
        IntStream.range(0, 32)
            .mapToObj(
                i ->
                    new LlmProvider(
                        longName(62, i),
                        ProviderType.OPEN_AI_COMPATIBLE,
                        "https://api.example/v1/".concat(longName(230, i)),
                        new ProviderAuth(
                            List.of(new SecretKeyRef(longName(250, i), longName(250, i))))))
            .toList();
    List<LlmModel> models =
        IntStream.range(0, 64)
            .mapToObj(
                i ->
                    new LlmModel(
                        longName(256, 9 * i),
                        IntStream.range(1, 9).mapToObj(j -> longName(256, 9 * i + j)).toList(),
                        1_000_000_000L,
                        1_000_000_000L,
                        new Price("USD", 1_000_000, AMOUNT, AMOUNT, AMOUNT, AMOUNT),
                        List.of(new Backend(longName(62, i % 32), longName(256, i)))))
            .toList();
    LlmRoute route = new LlmRoute();
    route.setMetadata(new ObjectMetaBuilder().withName("largest").build());
    route.setSpec(
        new LlmRouteSpec(
            IntStream.range(0, 16)
                .mapToObj(i -> new TargetRef("apps", "Deployment", longName(250, i)))
                .toList(),
            new LlmListener(65535, Exposure.CLUSTER),
            new Identity(null, Anonymous.ALLOW),
            providers,
            models,
            new LlmTimeouts("1m", "10m", "10m", "1h"),
            null));
    String namespace = API.newNamespace("largest");
    API.client().resource(route).inNamespace(namespace).create();
  }

  /** Names that differ in their last letters only. */
  private static String longName(int length, int number) {
    String end = Integer.toString(1000 + number);
    return "a".repeat(length - end.length()) + end;
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
