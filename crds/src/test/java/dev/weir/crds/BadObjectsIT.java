package dev.weir.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.weir.testing.kube.ApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the API server answers to objects that are wrong. */
final class BadObjectsIT {
  @RegisterExtension static final ApiServer API = new ApiServer();

  private static final Map<String, String> PLURALS =
      Map.of(
          "RateLimitPolicy",
          "ratelimitpolicies",
          "QuotaPlan",
          "quotaplans",
          "LlmRoute",
          "llmroutes");
  private static final Pattern LONG_RUN = Pattern.compile("a{60,}");

  @TestFactory
  Stream<DynamicTest> isRefused() throws IOException {
    return files("bad").stream()
        .map(file -> dynamicTest(name(file), () -> assertThat(post(file).code()).isIn(400, 422)));
  }

  @Test
  void messagesSayWhatToWrite() throws Exception {
    StringBuilder messages = new StringBuilder();
    for (Path file : files("bad")) {
      messages
          .append("== ")
          .append(name(file))
          .append(": ")
          .append(Files.readAllLines(file).getFirst().substring(2))
          .append('\n')
          .append(LONG_RUN.matcher(post(file).message()).replaceAll("a…a"))
          .append("\n\n");
    }
    Golden.assertEqual("messages.golden", messages.toString());
  }

  @Test
  void corpusIsLarge() throws IOException {
    assertThat(files("bad")).hasSizeGreaterThanOrEqualTo(150);
  }

  @TestFactory
  Stream<DynamicTest> isLeftToTheOperator() throws IOException {
    return files("bad-accepted-by-schema").stream()
        .map(
            file ->
                dynamicTest(
                    name(file),
                    () -> {
                      assertThat(post(file).code()).isEqualTo(201);
                      assertThat(Files.readAllLines(file).getFirst()).startsWith("# field: spec.");
                    }));
  }

  private record Answer(int code, String message) {}

  /** As kubectl does it: the YAML text, unknown fields refused; nothing is stored. */
  private static Answer post(Path file) throws Exception {
    String yaml = Files.readString(file);
    String plural =
        PLURALS.get(
            API.client()
                .getKubernetesSerialization()
                .unmarshal(yaml, GenericKubernetesResource.class)
                .getKind());
    String uri =
        API.url()
            + "/apis/weir.dev/v1alpha1/namespaces/default/"
            + plural
            + "?dryRun=All&fieldValidation=Strict";
    var http = API.client().getHttpClient();
    HttpResponse<String> response =
        http.sendAsync(
                http.newHttpRequestBuilder()
                    .uri(uri)
                    .header("Accept", "application/json")
                    .post("application/yaml", yaml)
                    .build(),
                String.class)
            .get(1, TimeUnit.MINUTES);
    if (response.isSuccessful()) {
      return new Answer(response.code(), "accepted");
    }
    Status status =
        API.client().getKubernetesSerialization().unmarshal(response.body(), Status.class);
    return new Answer(response.code(), text(status));
  }

  /** The server names the causes in an order that differs from call to call. */
  private static String text(Status status) {
    StatusDetails details = status.getDetails();
    if (details == null || details.getCauses().isEmpty()) {
      return status.getMessage();
    }
    return details.getCauses().stream()
        .map(cause -> cause.getField() + ": " + cause.getMessage())
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Golden.RESOURCES.resolve(folder))) {
      return files.sorted().toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
