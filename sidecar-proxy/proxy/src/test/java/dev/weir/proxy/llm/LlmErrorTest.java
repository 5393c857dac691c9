package dev.weir.proxy.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.protocol.Snapshot.Unit;
import dev.weir.proxy.policy.Problem;
import dev.weir.proxy.policy.Tokens;
import dev.weir.proxy.policy.Violation;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LlmErrorTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Arguments> errors() {
    Violation rate =
        new Violation("RateLimitPolicy/r", "burst", false, Unit.TOKENS, 10, "1m", 1_200_001, "");
    Violation soon =
        new Violation("RateLimitPolicy/r", "burst", false, Unit.REQUESTS, 10, "1m", 0, "");
    Violation quota =
        new Violation("QuotaPlan/p", "free/m", true, Unit.INPUT_TOKENS, 9, "month", 60_000_000, "");
    return Stream.of(
        Arguments.of(
            LlmError.of("chat", rate),
            429,
            "rate_limit_exceeded",
            "rate_limit_exceeded",
            Map.of("Retry-After", "2", "retry-after-ms", "1201")),
        Arguments.of(
            LlmError.of("chat", soon),
            429,
            "rate_limit_exceeded",
            "rate_limit_exceeded",
            Map.of("Retry-After", "1", "retry-after-ms", "1")),
        Arguments.of(
            LlmError.of("chat", quota),
            429,
            "insufficient_quota",
            "insufficient_quota",
            Map.of("Retry-After", "60", "x-should-retry", "false")),
        Arguments.of(
            LlmError.of(
                "chat",
                new Problem(
                    HttpResponseStatus.UNAUTHORIZED, null, "", "No key.", Map.of(), 0, "Bearer")),
            401,
            "invalid_request_error",
            "invalid_api_key",
            Map.of("WWW-Authenticate", "Bearer")),
        Arguments.of(
            LlmError.of("chat", Problem.of(HttpResponseStatus.FORBIDDEN, "No plan.")),
            403,
            "permission_denied",
            "permission_denied",
            Map.of()),
        Arguments.of(
            LlmError.of("chat", Problem.of(HttpResponseStatus.REQUEST_TIMEOUT, "Too slow.")),
            408,
            "invalid_request_error",
            "request_timeout",
            Map.of()),
        Arguments.of(
            LlmError.of("chat", Problem.of(HttpResponseStatus.BAD_REQUEST, "No key.")),
            400,
            "invalid_request_error",
            "invalid_value",
            Map.of()),
        Arguments.of(
            LlmError.of(
                "chat", Problem.passing(HttpResponseStatus.SERVICE_UNAVAILABLE, "Away.", 1)),
            503,
            "server_error",
            "server_error",
            Map.of("Retry-After", "1")),
        Arguments.of(
            LlmError.requestTooLarge("chat", 4096),
            413,
            "invalid_request_error",
            "request_too_large",
            Map.of()),
        Arguments.of(
            LlmError.modelNotFound("chat", "x", List.of("a", "b")),
            404,
            "invalid_request_error",
            "model_not_found",
            Map.of()),
        Arguments.of(
            LlmError.unknownUrl("chat", "POST", "/v1/embeddings"),
            404,
            "invalid_request_error",
            "unknown_url",
            Map.of()),
        Arguments.of(
            LlmError.overloaded("chat", "the sidecar is about to end."),
            503,
            "server_error",
            "overloaded",
            Map.of("Retry-After", "1")),
        Arguments.of(
            LlmError.keyMissing("chat", "openai"),
            503,
            "server_error",
            "provider_key_missing",
            Map.of("x-should-retry", "false")),
        Arguments.of(
            LlmError.providerForbidden("chat", "openai"),
            502,
            "server_error",
            "provider_forbidden",
            Map.of("x-should-retry", "false")),
        Arguments.of(
            LlmError.providerUnreachable("chat", "openai", "refused the connection"),
            502,
            "server_error",
            "provider_unreachable",
            Map.of()),
        Arguments.of(
            LlmError.providerTimeout("chat", "openai", "timeouts.firstToken", 20),
            504,
            "server_error",
            "provider_timeout",
            Map.of()));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void speaksTheDialect(
      LlmError error, int status, String type, String code, Map<String, String> fields)
      throws IOException {
    assertThat(error.status().code()).isEqualTo(status);
    assertThat(error.fields()).isEqualTo(fields);
    HttpHeaders headers = new DefaultHttpHeaders();
    error.writeFields(headers);
    fields.forEach((name, value) -> assertThat(headers.get(name)).isEqualTo(value));
    assertThat(headers.get("content-type")).isEqualTo("application/json");
    JsonNode body = JSON.readTree(error.body());
    assertThat(body.size()).isEqualTo(1);
    JsonNode inner = body.path("error");
    assertThat(inner.fieldNames()).toIterable().containsExactly("message", "type", "param", "code");
    assertThat(inner.path("type").textValue()).isEqualTo(type);
    assertThat(inner.path("code").textValue()).isEqualTo(code);
    assertThat(inner.path("message").textValue()).startsWith("LlmRoute/chat: ").endsWith(".");
    String event = new String(error.event(), StandardCharsets.UTF_8);
    assertThat(event).startsWith("data: {").endsWith("}\n\n");
    assertThat(JSON.readTree(event.substring(6))).isEqualTo(body);
  }

  @Test
  void saysWhatIsUsedUp() {
    Violation quota =
        new Violation("QuotaPlan/p", "free/m", true, Unit.INPUT_TOKENS, 9, "month", 1, "");
    assertThat(LlmError.of("chat", quota).message())
        .contains("\"free/m\" of QuotaPlan/p allows 9 input tokens per month");
  }

  @Test
  void echoesWhatClientsSendAsShortJson() throws IOException {
    String name = "\ud800\"\n" + "💧".repeat(200);
    LlmError error = LlmError.modelNotFound("chat", name, List.of("m".repeat(3)));
    String message = JSON.readTree(error.body()).path("error").path("message").textValue();
    assertThat(message).contains("\"?\"\n💧").contains("💧...\"").hasSizeLessThan(250);
  }

  @Test
  void estimatesFourBytesToTheToken() {
    assertThat(Estimate.of(0, 0)).isEqualTo(Tokens.NONE);
    assertThat(Estimate.of(1, 4)).isEqualTo(new Tokens(1, 0, 1, 0));
    assertThat(Estimate.of(401, 5)).isEqualTo(new Tokens(101, 0, 2, 0));
  }
}
