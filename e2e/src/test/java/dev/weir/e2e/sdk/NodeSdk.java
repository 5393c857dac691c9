package dev.weir.e2e.sdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.e2e.harness.Aimock;
import dev.weir.e2e.harness.Shell;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** OpenAI's SDK for Node, in a process of its own for each call. */
public record NodeSdk(String baseUrl, String key) implements Sdk {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  @Override
  public Outcome call(Kind kind, String model, String question) {
    Shell.Result result =
        new Shell(
                Map.of(
                    "PACKAGES",
                    Aimock.packages("e2e/sdk"),
                    "OPENAI_BASE_URL",
                    baseUrl,
                    "OPENAI_API_KEY",
                    key))
            .attempt(
                "",
                DEADLINE,
                "node",
                "e2e/sdk/call.mjs",
                kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                model,
                question);
    try {
      JsonNode seen = JSON.readTree(result.out());
      if (!seen.path("attempts").isInt()) {
        throw new IllegalStateException("call.mjs: " + result.all());
      }
      return new Outcome(
          seen.path("attempts").asInt(),
          seen.path("status").asInt(),
          text(seen, "code"),
          text(seen, "type"),
          seen.path("text").asText(),
          seen.path("model").asText(),
          seen.path("tokens").asLong(),
          seen.path("withoutChoices").asInt());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("call.mjs: " + result.all(), e);
    }
  }

  @Override
  public Sdk withKey(String other) {
    return new NodeSdk(baseUrl, other);
  }

  @Override
  public String toString() {
    return "Node";
  }

  private static @Nullable String text(JsonNode node, String name) {
    return node.path(name).isTextual() ? node.path(name).asText() : null;
  }
}
