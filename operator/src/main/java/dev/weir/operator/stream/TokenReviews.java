package dev.weir.operator.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.operator.world.PodRef;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the API server, with our audience, and takes the pod from the token's binding. Needs {@code
 * create} on {@code tokenreviews}.
 */
public final class TokenReviews implements Callers {

  /** Of the token that the injected volume projects. */
  public static final String AUDIENCE = "weir.dev";

  private static final String EXTRA = "authentication.kubernetes.io/";
  private static final Pattern USERNAME = Pattern.compile("system:serviceaccount:([^:]+):([^:]+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;

  /** The client is not closed here. */
  public TokenReviews(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Caller identify(String token) {
    TokenReviewStatus status;
    try {
      TokenReview answer =
          client
              .resource(
                  new TokenReviewBuilder()
                      .withNewSpec()
                      .withToken(token)
                      .withAudiences(AUDIENCE)
                      .endSpec()
                      .build())
              .create();
      status = answer.getStatus();
    } catch (KubernetesClientException e) {
      return new Caller.Unknown("TokenReview failed: " + e.getMessage());
    }
    // A token of another audience is not an error: it is merely not authenticated.
    if (status == null
        || !Boolean.TRUE.equals(status.getAuthenticated())
        || !status.getAudiences().contains(AUDIENCE)) {
      return new Caller.Refused(
          401, "The token is expired, unknown or not for the audience " + AUDIENCE);
    }
    return pod(status)
        .<Caller>map(pod -> new Caller.Known(pod, expiry(token)))
        .orElseGet(
            () -> new Caller.Refused(403, "The token is not bound to a pod: use a projected one"));
  }

  private static Optional<PodRef> pod(TokenReviewStatus status) {
    Map<String, List<String>> extra = status.getUser().getExtra();
    Matcher user = USERNAME.matcher(status.getUser().getUsername());
    List<String> name = extra.getOrDefault(EXTRA + "pod-name", List.of());
    List<String> uid = extra.getOrDefault(EXTRA + "pod-uid", List.of());
    return user.matches() && name.size() == 1 && uid.size() == 1
        ? Optional.of(new PodRef(user.group(1), name.getFirst(), uid.getFirst()))
        : Optional.empty();
  }

  /** Of a token that the API server vouched for; the review itself does not tell it. */
  static Instant expiry(String token) {
    String[] parts = token.split("\\.", -1);
    try {
      JsonNode claims =
          JSON.readTree(Base64.getUrlDecoder().decode(parts.length > 1 ? parts[1] : ""));
      return claims.path("exp").isIntegralNumber()
          ? Instant.ofEpochSecond(claims.path("exp").longValue())
          : Instant.MIN;
    } catch (IOException | IllegalArgumentException e) {
      return Instant.MIN;
    }
  }
}
