package dev.weir.operator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.operator.world.PodRef;
import dev.weir.testing.kube.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tokens as the kubelet gets them, by TokenRequest. */
class TokenReviewsIT {

  @RegisterExtension static final ApiServer API = new ApiServer();

  private static String namespace;
  private static TokenReviews reviews;

  @BeforeAll
  static void start() {
    namespace = API.newNamespace("tokens");
    reviews = new TokenReviews(API.client());
    API.client()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("app")
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
  }

  @Test
  void aBoundTokenIsThatPods() {
    Pod pod = pod("bound");
    Caller caller = reviews.identify(token("weir.dev", "bound"));
    assertThat(caller)
        .isInstanceOfSatisfying(
            Caller.Known.class,
            known -> {
              assertThat(known.pod())
                  .isEqualTo(new PodRef(namespace, "bound", pod.getMetadata().getUid()));
              assertThat(known.expires())
                  .isBetween(
                      Instant.now().plusSeconds(300), Instant.now().plus(Duration.ofHours(2)));
            });
  }

  @Test
  void anotherAudienceIsRefused() {
    pod("other");
    assertThat(status(token("vault", "other"))).isEqualTo(401);
    assertThat(status(token("https://kubernetes.default.svc", "other"))).isEqualTo(401);
  }

  @Test
  void aTokenOfNoPodIsRefused() {
    String token =
        API.kubectl()
            .succeed("create", "token", "app", "-n", namespace, "--audience=weir.dev")
            .strip();
    assertThat(status(token)).isEqualTo(403);
  }

  @Test
  void aForgedTokenIsRefused() {
    pod("forged");
    String token = token("weir.dev", "forged");
    assertThat(status(token.substring(0, token.length() - 4) + "AAAA")).isEqualTo(401);
    assertThat(status("x")).isEqualTo(401);
  }

  @Test
  void theTokenEndsWithItsPod() {
    pod("gone");
    String token = token("weir.dev", "gone");
    assertThat(reviews.identify(token)).isInstanceOf(Caller.Known.class);
    API.client().pods().inNamespace(namespace).withName("gone").withGracePeriod(0).delete();
    await().atMost(Duration.ofSeconds(60)).until(() -> status(token) == 401);
  }

  private static int status(String token) {
    return reviews.identify(token) instanceof Caller.Refused refused ? refused.status() : 200;
  }

  private static String token(String audience, String pod) {
    return API.kubectl()
        .succeed(
            "create",
            "token",
            "app",
            "-n",
            namespace,
            "--audience=" + audience,
            "--bound-object-kind=Pod",
            "--bound-object-name=" + pod)
        .strip();
  }

  private static Pod pod(String name) {
    return API.client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("app")
                .addNewContainer()
                .withName("a")
                .withImage("a")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }
}
