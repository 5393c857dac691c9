package dev.weir.operator.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.operator.inject.InjectionSettings;
import dev.weir.operator.inject.Injector;
import dev.weir.operator.inject.Marks;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> REFUSED = new CopyOnWriteArrayList<>();
  private static EdgeServer server;
  private static HttpClient client;

  @BeforeAll
  static void start() throws Exception {
    Authority ca = Authority.create(Instant.now(), Duration.ofHours(1));
    TlsMaterial tls = new TlsMaterial();
    server =
        new EdgeServer(
            0,
            tls,
            new Injector(
                new InjectionSettings(
                    "weir-system", "weir-operator", "img", "Always", "10m", "64Mi", "128Mi")),
            ca::certificatePem,
            (namespace, pod, decision) -> REFUSED.add(namespace + "/" + decision.reason().text()),
            new SimpleMeterRegistry(),
            routes -> {});
    server.start();
    // After the start, as the operator may do it: the server shows what it is given later.
    Authority leaf =
        ca.issue(List.of("localhost"), List.of("127.0.0.1"), Instant.now(), Duration.ofHours(1));
    tls.load(new TlsMaterial.Chain(leaf.key(), List.of(leaf.certificate())));
    client = Https.trusting(ca.certificatePem());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aMarkedPodIsPatched() throws Exception {
    JsonNode response = review(EdgeServer.PODS, pod("true"), false);
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.path("uid").asText()).isEqualTo("u");
    assertThat(response.path("patchType").asText()).isEqualTo("JSONPatch");
    assertThat(new String(Base64.getDecoder().decode(response.path("patch").asText()), UTF_8))
        .contains("weir-proxy", "/spec/initContainers", "BEGIN CERTIFICATE");
  }

  @Test
  void thePathSaysThatTheNamespaceOptedIn() throws Exception {
    assertThat(review(EdgeServer.PODS, pod(null), false).has("patch")).isFalse();
    assertThat(review(EdgeServer.PODS_OF_NAMESPACE, pod(null), false).has("patch")).isTrue();
  }

  @Test
  void everyPodHasADrainTokenOfItsOwn() throws Exception {
    assertThat(review(EdgeServer.PODS, pod("true"), false))
        .isNotEqualTo(review(EdgeServer.PODS, pod("true"), false));
  }

  @Test
  void aRefusalWarnsAndIsReportedButNotInADryRun() throws Exception {
    ObjectNode pod = pod("true");
    ((ObjectNode) pod.path("spec")).put("hostNetwork", true);
    REFUSED.clear();
    JsonNode response = review(EdgeServer.PODS, pod, true);
    assertThat(REFUSED).isEmpty();
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.path("warnings").path(0).asText()).contains("HostNetwork");

    review(EdgeServer.PODS, pod, false);
    assertThat(REFUSED).containsExactly("shop/HostNetwork");
  }

  @Test
  void aWorkloadIsMirrored() throws Exception {
    JsonNode deployment =
        JSON.readTree(
            "{\"metadata\":{\"annotations\":{\"weir.dev/inject\":\"true\"}},"
                + "\"spec\":{\"template\":{}}}");
    assertThat(review(EdgeServer.WORKLOADS, deployment, false).has("patch")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "7",
        "{",
        "{}",
        "{\"apiVersion\":\"admission.k8s.io/v1beta1\",\"kind\":\"AdmissionReview\"}",
        "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"}",
        "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\","
            + "\"request\":{\"uid\":\"u\"}}",
        "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\","
            + "\"request\":{\"uid\":\"u\",\"object\":{\"spec\":7}}}"
      })
  void whatIsNoReviewIsABadRequestWithoutAStackTrace(String body) throws Exception {
    HttpResponse<String> response =
        Https.post(client, server.port(), EdgeServer.PODS, body.getBytes(UTF_8));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).isNotEmpty().doesNotContain("Exception", "\tat ");
  }

  @Test
  void deepNestingIsABadRequest() throws Exception {
    byte[] body = "[".repeat(100_000).getBytes(UTF_8);
    assertThat(Https.post(client, server.port(), EdgeServer.PODS, body).statusCode())
        .isEqualTo(400);
  }

  @Test
  void aLargeBodyIsTooLarge() throws Exception {
    byte[] body = new byte[(4 << 20) + 1];
    assertThat(Https.post(client, server.port(), EdgeServer.PODS, body).statusCode())
        .isEqualTo(413);
  }

  /** Values replaced, members dropped, bytes flipped: an answer always, and never a failure. */
  @Test
  void noBodyMakesItFail() throws Exception {
    long seed = 42;
    Random random = new Random(seed);
    for (int i = 0; i < 1500; i++) {
      byte[] body = mutated(random);
      String path = random.nextBoolean() ? EdgeServer.PODS : EdgeServer.WORKLOADS;
      HttpResponse<String> response = Https.post(client, server.port(), path, body);
      assertThat(response.statusCode())
          .as("seed %d, round %d, %s", seed, i, new String(body, UTF_8))
          .isIn(200, 400);
    }
  }

  private static byte[] mutated(Random random) throws Exception {
    ObjectNode pod = pod("true");
    ObjectNode annotations = (ObjectNode) pod.at("/metadata/annotations");
    for (String mark : List.of(Marks.INJECT, Marks.PORT, Marks.DEBUG_HEADERS, Marks.MIRRORED)) {
      if (random.nextInt(3) == 0) {
        annotations.put(mark, text(random));
      }
    }
    JsonNode body = body(pod, false);
    for (int i = random.nextInt(4); i > 0; i--) {
      mutate(body, random);
    }
    byte[] bytes = JSON.writeValueAsBytes(body);
    if (random.nextInt(4) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static void mutate(JsonNode root, Random random) {
    List<ObjectNode> objects = new ArrayList<>();
    collect(root, objects);
    ObjectNode victim = objects.get(random.nextInt(objects.size()));
    List<String> names = new ArrayList<>();
    victim.fieldNames().forEachRemaining(names::add);
    if (names.isEmpty()) {
      return;
    }
    String name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(7)) {
      case 0 -> victim.remove(name);
      case 1 -> victim.putNull(name);
      case 2 -> victim.put(name, random.nextInt());
      case 3 -> victim.put(name, text(random));
      case 4 -> victim.putArray(name).addNull().add(text(random));
      case 5 -> victim.putObject(name).put(text(random), true);
      default -> victim.put(name, random.nextBoolean());
    }
  }

  private static void collect(JsonNode node, List<ObjectNode> found) {
    if (node instanceof ObjectNode object) {
      found.add(object);
    }
    node.forEach(child -> collect(child, found));
  }

  private static String text(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> "";
      case 1 -> "x".repeat(random.nextInt(2000));
      case 2 -> String.valueOf(random.nextLong());
      case 3 -> "~1/~0\"\u0000\ud83d\ude00";
      default -> List.of("true", "http", "15001", "null").get(random.nextInt(4));
    };
  }

  private static JsonNode review(String path, JsonNode object, boolean dryRun) throws Exception {
    HttpResponse<String> response =
        Https.post(client, server.port(), path, JSON.writeValueAsBytes(body(object, dryRun)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body()).path("response");
  }

  private static ObjectNode body(JsonNode object, boolean dryRun) {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    ObjectNode request = review.putObject("request");
    request.put("uid", "u").put("namespace", "shop").put("dryRun", dryRun);
    request.putObject("kind").put("kind", "Pod");
    request.set("object", object);
    return review;
  }

  private static ObjectNode pod(@Nullable String inject) throws Exception {
    return (ObjectNode)
        JSON.readTree(
            """
            {"apiVersion":"v1","kind":"Pod",
             "metadata":{"name":"p","annotations":{%s}},
             "spec":{"containers":[{"name":"app","image":"i",
               "ports":[{"name":"http","containerPort":80}],
               "livenessProbe":{"httpGet":{"port":"http"}}}]}}
            """
                .formatted(inject == null ? "" : "\"weir.dev/inject\":\"" + inject + "\""));
  }
}
